package org.bailing.demo

import android.Manifest
import java.io.File
import java.net.ConnectException
import java.net.Socket
import java.net.URI
import org.bailing.capture.CaptureActivity
import org.bailing.capture.RecordedFrames
import org.bailing.core.Bailing
import org.bailing.core.EnrolmentState
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** Run by [EndToEndTest] in a process of its own, which it kills. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], application = Phone::class, qualifiers = "en-rGB-w393dp-h852dp-xhdpi")
class LifeBeforeDeath {
    private val main = Robolectric.buildActivity(MainActivity::class.java).setup().get()
    private val screen = Screen(main)

    @Test
    fun `links the phone, and captures without a network`() {
        val origin = Phone.told("origin")
        link(origin)
        Phone.say("linked")
        Phone.hear("offline")
        val server = URI(origin)
        assertThrows(ConnectException::class.java) { Socket(server.host, server.port).close() }
        capture()
        Phone.say("sealed", Bailing.current!!.entries.single().bundle)
        Thread.sleep(Long.MAX_VALUE)
    }

    private fun link(origin: String) {
        assertEquals(null, Bailing.current)
        screen.field(R.string.enrol_merchant).setText(ServerProcess.MERCHANT)
        screen.field(R.string.enrol_server).setText(origin)
        screen.press(R.string.enrol_action)
        screen.until("linked") {
            val enrolment = Bailing.current!!.enrolment
            assertTrue((enrolment as? EnrolmentState.Refused)?.code.orEmpty(), enrolment !is EnrolmentState.Refused)
            enrolment is EnrolmentState.Enrolled && Bailing.current!!.tickets > 0
        }
        // By the trusted execution environment, says the server of the attestation.
        assertEquals("B", (Bailing.current!!.enrolment as EnrolmentState.Enrolled).grade)
    }

    private fun capture() {
        shadowOf(main.application).grantPermissions(Manifest.permission.CAMERA)
        screen.until("showing tasks") { screen.offers(R.string.kind_haulage_contract) }
        screen.press(R.string.kind_haulage_contract)
        val intent = shadowOf(main).nextStartedActivityForResult.intent
        val capture = Robolectric.buildActivity(CaptureActivity::class.java, intent).setup().get()
        val recording = File(Phone.told("phone"), "recording.i420")
        RecordedFrames.record(PHOTO, recording, moving = 3)
        val frames = RecordedFrames(recording, PHOTO)
        capture.flow!!.resume(frames)
        val view = Screen(capture)
        view.until("taken", frames::next) { view.offers(org.bailing.capture.R.string.bailing_done) }
        view.press(org.bailing.capture.R.string.bailing_done)
        // The app hears nothing of its success any more.
        while (Bailing.current!!.entries.isEmpty()) Thread.sleep(1)
    }

    private companion object {
        val PHOTO = File(System.getProperty("bailing.root")!!, "demo/samples/haulier-haulage-contract.jpg")
    }
}
