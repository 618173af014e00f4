package org.bailing.demo

import android.app.Activity
import android.app.AlertDialog
import android.content.Intent
import android.os.Bundle
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.widget.FrameLayout
import android.widget.LinearLayout
import android.widget.Toast
import java.util.concurrent.Executors
import kotlin.concurrent.thread
import org.bailing.capture.CaptureActivity
import org.bailing.capture.CaptureResult
import org.bailing.core.Bailing
import org.bailing.core.BailingException
import org.bailing.core.EnrolmentState
import org.bailing.core.OutboxEntry
import org.bailing.core.UploadService
import org.bailing.core.UploadState

/** The demo: one window, five places, everything shown from what [Bailing] says now. */
internal class MainActivity : Activity() {
    private val application get() = getApplication() as DemoApplication
    private val uploads = Executors.newSingleThreadExecutor()
    private lateinit var pieces: Pieces
    private var tab = Tab.Tasks
    private var watcher: Thread? = null

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        pieces = Pieces(this)
        tab = savedInstanceState?.getString(TAB)?.let(Tab::valueOf) ?: Tab.Tasks
        show()
    }

    override fun onSaveInstanceState(outState: Bundle) {
        super.onSaveInstanceState(outState)
        outState.putString(TAB, tab.name)
    }

    override fun onStart() {
        super.onStart()
        Bailing.current?.let(::watch)
    }

    override fun onStop() {
        watcher?.interrupt()
        watcher = null
        super.onStop()
    }

    override fun onDestroy() {
        uploads.shutdown()
        super.onDestroy()
    }

    /** Shows each change; the upload runs as long as the window is open. */
    private fun watch(bailing: Bailing) {
        bailing.uploads.start(uploads)
        watcher?.interrupt()
        watcher = thread(name = "demo-watch") {
            var seen = 0L
            try {
                while (!Thread.interrupted()) {
                    val now = bailing.awaitChange(seen, WATCH_MILLISECONDS)
                    if (now != seen) runOnUiThread { if (!isDestroyed) show() }
                    seen = now
                }
            } catch (stopped: InterruptedException) {
                return@thread
            }
        }
    }

    private fun show() {
        val bailing = Bailing.current
        val enrolment = bailing?.enrolment ?: EnrolmentState.Absent
        val content = when {
            application.problem != null -> problem()
            bailing == null || enrolment !is EnrolmentState.Enrolled ->
                EnrolScreen(pieces, enrolment, application.origin, ::enrol).view()
            else -> place(bailing, enrolment)
        }
        setContentView(
            LinearLayout(this).apply {
                orientation = LinearLayout.VERTICAL
                fitsSystemWindows = true
                addView(FrameLayout(this@MainActivity).apply { addView(content) }, LinearLayout.LayoutParams(MATCH_PARENT, 0, 1f))
                if (enrolment is EnrolmentState.Enrolled) addView(TabBar(this@MainActivity, tab, ::go))
            },
        )
    }

    private fun place(bailing: Bailing, enrolment: EnrolmentState.Enrolled): View {
        val entries = bailing.entries
        val decided = entries.filter { it.state is UploadState.Decided }.maxByOrNull { it.sealedAtUnixSeconds }
        val read = { entry: OutboxEntry -> bailing.decision(entry.bundle)?.let { QuotaDecision.of(it, pieces.isChinese) } }
        val decision = decided?.let(read)
        return when (tab) {
            Tab.Tasks -> TasksScreen(pieces, bailing.tickets, decision, ::capture).view()
            Tab.Outbox -> OutboxScreen(
                pieces, entries, read,
                send = {
                    bailing.uploads.networkIsBack()
                    bailing.uploads.start(uploads)
                },
                open = { if (it.state is UploadState.Decided) go(Tab.Quota) },
                drop = { bailing.forget(it.bundle) },
            ).view()
            Tab.Quota -> QuotaScreen(pieces, decision, ::capture).view()
            Tab.Assistant -> AssistantScreen(pieces, decision, ::capture).view()
            Tab.Data -> DataScreen(pieces, enrolment, entries, ::erase).view()
        }
    }

    private fun problem() = pieces.page(R.string.demo_name) {
        with(pieces) {
            below(card { addView(text(R.string.problem_storage)) }, 16)
            below(button(R.string.data_erase, pressed = ::erase), 20)
        }
    }

    private fun go(to: Tab) {
        tab = to
        show()
    }

    private fun enrol(origin: String, merchantId: String) {
        application.origin = origin
        val bailing = application.open() ?: return show()
        try {
            bailing.enrol(merchantId)
        } catch (failed: BailingException) {
            Toast.makeText(this, getString(R.string.problem, failed.code), Toast.LENGTH_LONG).show()
        }
        watch(bailing)
    }

    private fun capture(kind: ProofKind) =
        startActivityForResult(CaptureActivity.intent(this, kind.task), CAPTURE)

    override fun onActivityResult(requestCode: Int, resultCode: Int, data: Intent?) {
        if (requestCode != CAPTURE) return
        val said = when (val result = CaptureResult.of(resultCode, data)) {
            is CaptureResult.Captured -> {
                UploadService.schedule(this)
                Bailing.current?.uploads?.start(uploads)
                go(Tab.Outbox)
                getString(R.string.captured)
            }
            is CaptureResult.Failed -> getString(R.string.problem, result.reason.code)
            CaptureResult.Cancelled -> return
        }
        Toast.makeText(this, said, Toast.LENGTH_LONG).show()
    }

    private fun erase() {
        AlertDialog.Builder(this)
            .setTitle(R.string.data_erase)
            .setMessage(R.string.data_erase_sure)
            .setNegativeButton(R.string.keep, null)
            .setPositiveButton(R.string.erase) { _, _ ->
                watcher?.interrupt()
                application.erase()
                show()
            }
            .show()
    }

    private companion object {
        const val TAB = "tab"
        const val CAPTURE = 1
        const val WATCH_MILLISECONDS = 60_000L
    }
}
