package org.bailing.capture

import android.os.Handler
import java.util.concurrent.Executor
import org.bailing.core.BailingException
import org.bailing.core.CaptureSession
import org.bailing.core.CaptureTask
import org.bailing.core.Guidance
import org.bailing.core.Photograph

/**
 * From frames to a sealed bundle: what a [FrameSource] gives goes to the session, and what that
 * answers to the view. Frames are looked at on the source's thread, stills on [worker].
 */
internal class CaptureFlow(
    private val session: CaptureSession,
    private val view: CaptureView,
    private val main: Handler,
    private val worker: Executor,
    private val ended: (CaptureResult) -> Unit,
) : FrameSource.Receiver {
    private val context = view.context
    private var source: FrameSource? = null
    private var shown: Guidance? = null

    /** From the shutter until the photo was looked at, frames are not. */
    @Volatile
    private var isTaking = false

    init {
        view.onShutter = ::take
        view.onTorch = { source?.turnTorch(it) }
        view.onFocus = { x, y -> source?.focus(x, y) }
        view.onClose = { ended(CaptureResult.Cancelled) }
        view.onDone = ::seal
        view.onDropLast = {
            session.dropLastPage()
            showPages()
        }
        showPages()
    }

    /** Goes on with this source, after the one before was stopped. */
    fun resume(source: FrameSource) {
        this.source = source
        isTaking = false
        shown = null
        view.showTorch(source.hasTorch)
        view.showBusy(false)
        source.start(this)
    }

    fun pause() {
        source?.stop()
        source = null
    }

    override fun opened(width: Int, height: Int) {
        main.post { view.fit(width, height) }
    }

    override fun frame(planes: Planes) {
        if (isTaking) return
        val seen = try {
            session.process(
                planes.y, planes.u, planes.v, planes.width, planes.height,
                planes.yRowStride, planes.uvRowStride, planes.uvPixelStride, planes.rotationDegrees,
            )
        } catch (failed: BailingException) {
            // A single frame is no loss; a session that is gone is.
            if (failed.code == "session_closed") failed(FailureReason.Sdk(failed.code, failed.detail))
            return
        }
        view.show(seen)
        val guidance = seen.guidance
        if (guidance !== shown) {
            shown = guidance
            main.post { if (!isTaking) view.say(context.getString(guidance.textResource())) }
        }
        if (seen.capturesNow) main.post(::take)
    }

    private fun take() {
        if (isTaking) return
        isTaking = true
        view.showBusy(true)
        view.say(context.getString(R.string.bailing_checking))
        source?.takeStill()
    }

    override fun still(jpeg: ByteArray) = work {
        val outcome = session.photograph(jpeg)
        main.post { judged(outcome) }
    }

    private fun judged(outcome: Photograph) {
        view.performHapticFeedback(android.view.HapticFeedbackConstants.LONG_PRESS)
        showPages()
        when (outcome) {
            is Photograph.Kept ->
                if (session.task is CaptureTask.Pages && outcome.pages < session.task.mostPages) {
                    goOn(context.getString(R.string.bailing_kept, outcome.pages))
                } else {
                    seal()
                }
            is Photograph.Retake -> goOn(context.retakeText(outcome.reasons))
            Photograph.Again -> {
                // Who cannot or will not go nearer is done: a person looks at the first.
                view.offerDone()
                goOn(context.getString(Guidance.ChangeDistance.textResource()))
            }
        }
    }

    /** Says it long enough to be read, then looks at frames again. */
    private fun goOn(saying: String) {
        view.say(saying)
        main.postDelayed(
            {
                shown = null
                isTaking = false
                view.showBusy(false)
            },
            READING_MILLISECONDS,
        )
    }

    private fun seal() {
        // Without effect where no second photo was asked for.
        session.skipSecond()
        isTaking = true
        view.showBusy(true)
        view.say(context.getString(R.string.bailing_sealing))
        work {
            val pages = session.pages
            val bundle = session.seal()
            main.post { ended(CaptureResult.Captured(bundle, pages)) }
        }
    }

    override fun failed(reason: FailureReason) {
        main.post { ended(CaptureResult.Failed(reason)) }
    }

    private fun showPages() = view.showPages(session.pages, session.task.mostPages)

    private fun work(call: () -> Unit) = worker.execute {
        try {
            call()
        } catch (failed: BailingException) {
            failed(FailureReason.Sdk(failed.code, failed.detail))
        }
    }

    private companion object {
        /** A short sentence, read aloud or silently. */
        const val READING_MILLISECONDS = 1_600L
    }
}
