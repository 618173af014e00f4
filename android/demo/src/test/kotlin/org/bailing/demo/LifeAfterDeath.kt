package org.bailing.demo

import org.bailing.core.Bailing
import org.bailing.core.EnrolmentState
import org.bailing.core.UploadState
import org.bailing.testing.Pictures
import org.json.JSONObject
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** Run by [EndToEndTest] in a process of its own, over what [LifeBeforeDeath] left. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = Phone::class, qualifiers = "en-rGB-w393dp-h852dp-notnight-xxhdpi")
class LifeAfterDeath {
    private val main = Robolectric.buildActivity(MainActivity::class.java).setup().get()
    private val screen = Screen(main)
    private val bailing = Bailing.current!!
    private val bundle = Phone.told("bundle")

    @Test
    fun `sends what waited, and shows the quota`() {
        assertEquals(ServerProcess.MERCHANT, (bailing.enrolment as EnrolmentState.Enrolled).merchantId)
        assertEquals(0, bailing.damagedFiles)
        assertEquals(bundle, bailing.entries.single().bundle)
        screen.press(R.string.tab_outbox)
        screen.until("without a network") { bailing.entries.single().attempts > 0 }
        assertTrue("${screen.texts}", main.getString(R.string.state_waiting) in screen.texts)
        Pictures.take("end-to-end-outbox", main)
        Phone.say("waiting")
        Phone.hear("online")
        screen.press(R.string.outbox_send)
        screen.until("decided") {
            val state = bailing.entries.single().state
            assertTrue((state as? UploadState.Refused)?.code.orEmpty(), state !is UploadState.Refused)
            state is UploadState.Decided
        }
        screen.press(R.string.tab_quota)
        Pictures.take("end-to-end-quota", main)
        Phone.say("quota", shown())
    }

    /** The server's numbers and reasons are on the screen, and are what they must be. */
    private fun shown(): String {
        val decision = JSONObject(bailing.decision(bundle)!!)
        val quota = decision.getJSONObject("quota")
        val verdict = decision.getJSONObject("verdict").getString("outcome")
        val (before, after) = quota.getLong("before") to quota.getLong("quota")
        assertEquals(ServerProcess.BASE_YUAN, before)
        if (ServerProcess.reads) {
            assertEquals("accepted", verdict)
            assertTrue("$quota", after > before)
        } else {
            assertEquals("review", verdict)
            assertEquals("recognition_unavailable", decision.getJSONObject("verdict").getJSONArray("reasons").getString(0))
            assertEquals(before, after)
        }
        val pieces = Pieces(main)
        val reasons = quota.getJSONArray("reasons")
        val expected = listOf(
            pieces.yuan(after),
            main.getString(if (ServerProcess.reads) R.string.verdict_accepted else R.string.verdict_review),
        ) + List(reasons.length()) { reasons.getJSONObject(it).getJSONObject("text").getString("en") }
        assertTrue("$expected are not all in ${screen.texts}", screen.texts.containsAll(expected))
        val line = main.getString(R.string.quota_before, pieces.yuan(before))
        assertTrue("${screen.texts}", screen.texts.any { it.startsWith(line) })
        return "$verdict, from $before to $after yuan"
    }
}
