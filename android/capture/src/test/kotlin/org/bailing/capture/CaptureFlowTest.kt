package org.bailing.capture

import android.app.Activity
import android.os.Handler
import android.os.Looper
import android.view.View
import android.view.ViewGroup
import android.widget.TextView
import java.io.File
import org.bailing.core.CaptureSession
import org.bailing.core.CaptureTask
import org.bailing.core.generated.Outbox
import org.bailing.core.generated.OutboxConfig
import org.bailing.core.generated.CaptureSession as NativeSession
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Assume.assumeTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowLooper

/** The real session behind the real view, fed from a recording. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], qualifiers = "en")
class CaptureFlowTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val photo = File(System.getProperty("bailing.root")!!, "demo/samples/haulier-haulage-contract.jpg")

    @Before
    fun theLibraryIsBuilt() = assumeTrue(System.getProperty("java.library.path").orEmpty().isNotEmpty())

    private fun View.texts(): List<String> = when (this) {
        is TextView -> listOf(text.toString())
        is ViewGroup -> (0 until childCount).flatMap { getChildAt(it).texts() }
        else -> listOf()
    }

    @Test
    fun `a recording that comes to rest is photographed and handed to the seal by itself`() {
        val configuration = OutboxConfig(
            folder.newFolder().path, ByteArray(32) { 7 }, "https://bank.example", "org.bailing.test", "1", "1",
        )
        val outbox = Outbox.open(configuration)
        val task = CaptureTask.Document("haulage_contract")
        val session = CaptureSession(task, NativeSession(outbox, task.native())) { native ->
            assertEquals(1u, native.pages())
            "ab".repeat(32)
        }
        val activity = Robolectric.buildActivity(Activity::class.java).setup().get()
        val view = CaptureView(activity, View(activity)).also(activity::setContentView)
        var ended: CaptureResult? = null
        val flow = CaptureFlow(session, view, Handler(Looper.getMainLooper()), Runnable::run) { ended = it }

        val recording = folder.newFile("recording.i420")
        RecordedFrames.record(photo, recording, moving = 3)
        val frames = RecordedFrames(recording, photo)
        flow.resume(frames)
        val said = linkedSetOf<String>()
        val until = System.nanoTime() + PATIENCE_NANOSECONDS
        while (ended == null && System.nanoTime() < until) {
            frames.next()
            ShadowLooper.idleMainLooper()
            said += view.texts()
            Thread.sleep(30)
        }
        val captured = ended as? CaptureResult.Captured
        assertTrue("said $said", captured != null)
        assertEquals(1, captured!!.pages)
        assertTrue("$said", activity.getString(R.string.bailing_guidance_hold_still) in said)
        flow.pause()
        session.close()
        outbox.close()
    }

    private companion object {
        /** A second is enough on an idle machine. */
        const val PATIENCE_NANOSECONDS = 60_000_000_000
    }
}
