package org.bailing.demo

import android.app.Activity
import android.view.View
import android.widget.FrameLayout
import android.widget.LinearLayout
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import java.io.File
import org.bailing.core.EnrolmentState
import org.bailing.core.OutboxEntry
import org.bailing.core.UploadState
import org.bailing.testing.Pictures
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** Each screen of the demo, as it would show what the core says. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = android.app.Application::class)
class ScreensTest {
    /** The credit engine's own snapshot, as the service wraps it. */
    private val decisionJson: String by lazy {
        val snapshot = File(System.getProperty("bailing.root")!!, "server/credit/tests/snapshots/wire__a_decision_is_written_so.snap")
        val quota = snapshot.readText().substringAfter("---\n").substringAfter("---\n")
        """{"verdict":{"outcome":"accepted"},"findings":[],"quota_before":160000,"quota":$quota,"images":[{"kind":"haulage_contract",
            "recognition":{"fields":{"amount":{"value":"486000.00"},"date":{"value":"2026-03-18"},
            "party_b":{"value":"云溪市顺远货运有限公司"}}}}]}"""
    }

    private val enrolled = EnrolmentState.Enrolled("M-2048", "9f86d081884c7d659a2feaa0c55ad015", "A")

    private val entries by lazy {
        listOf(
            entry("vehicle_photo", 2_480_000, UploadState.Waiting, 500),
            entry("haulage_contract", 3_910_000, UploadState.Sending(2_500_000, 3_910_000), 400),
            entry("vat_invoice", 1_130_000, UploadState.Received, 300),
            entry("road_transport_permit", 980_000, UploadState.Decided, 200),
            entry("waybill", 870_000, UploadState.Refused("ticket_expired", ""), 100),
        )
    }

    private fun entry(kind: String, bytes: Long, state: UploadState, minute: Long) =
        OutboxEntry("ab".repeat(32), listOf(kind), 1_774_000_000 + 60 * minute, bytes, 1, state)

    private fun draw(name: String, tab: Tab?, screen: Pieces.() -> View) = Pictures.LOOKS.forEach { look ->
        Pictures.draw("demo-$name", look, R.style.Demo) { activity -> window(activity, tab, Pieces(activity).screen()) }
    }

    private fun window(activity: Activity, tab: Tab?, content: View) = LinearLayout(activity).apply {
        orientation = LinearLayout.VERTICAL
        addView(FrameLayout(activity).apply { addView(content) }, LinearLayout.LayoutParams(MATCH_PARENT, 0, 1f))
        tab?.let { addView(TabBar(activity, it) {}) }
    }

    private fun Pieces.decision() = QuotaDecision.of(decisionJson, isChinese)

    @Test
    fun `a decision is read`() {
        val decision = QuotaDecision.of(decisionJson, chinese = false)!!
        assertEquals(200_000L, decision.quotaYuan)
        assertEquals(decision.upliftYuan, decision.reasons.sumOf { it.yuan })
        assertEquals("The contracts show work in hand", decision.reasons.first().text)
        assertEquals(null, QuotaDecision.of("{}", chinese = true))
        assertEquals(null, QuotaDecision.of("", chinese = true))
    }

    @Test
    fun enrolment() {
        draw("enrol", null) { EnrolScreen(this, EnrolmentState.Absent, "https://bank.example") { _, _ -> }.view() }
        draw("enrol-refused", null) {
            EnrolScreen(this, EnrolmentState.Refused("app_mismatch", ""), "https://bank.example") { _, _ -> }.view()
        }
    }

    @Test
    fun tasks() = draw("tasks", Tab.Tasks) { TasksScreen(this, 12, decision()) {}.view() }

    @Test
    fun outbox() = draw("outbox", Tab.Outbox) { OutboxScreen(this, entries, { decision() }, {}, {}, {}).view() }

    @Test
    fun `an empty outbox`() = draw("outbox-empty", Tab.Outbox) { OutboxScreen(this, listOf(), { null }, {}, {}, {}).view() }

    @Test
    fun quota() = draw("quota", Tab.Quota) { QuotaScreen(this, decision()) {}.view() }

    @Test
    fun assistant() = draw("assistant", Tab.Assistant) { AssistantScreen(this, decision()) {}.view() }

    @Test
    fun data() = draw("data", Tab.Data) { DataScreen(this, enrolled, entries) {}.view() }
}
