package org.bailing.capture

import android.app.Activity
import org.bailing.capture.CaptureResult.Companion.finishWith
import org.bailing.core.CaptureTask
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [24, 35])
class CaptureResultTest {
    private fun across(result: CaptureResult): CaptureResult {
        val activity = Robolectric.buildActivity(Activity::class.java).create().get()
        activity.finishWith(result)
        assertTrue(activity.isFinishing)
        val shadow = shadowOf(activity)
        return CaptureResult.of(shadow.resultCode, shadow.resultIntent)
    }

    @Test
    fun `each way to end comes back as it was`() {
        val captured = across(CaptureResult.Captured("ab", 3)) as CaptureResult.Captured
        assertEquals("ab" to 3, captured.bundle to captured.pages)
        assertEquals(CaptureResult.Cancelled, across(CaptureResult.Cancelled))
        val reasons = listOf(
            FailureReason.CameraDenied(), FailureReason.CameraDeniedForGood(), FailureReason.NoCamera(),
            FailureReason.CameraUnavailable("taken"), FailureReason.Sdk("outbox_full", "send first"),
        )
        reasons.forEach { reason ->
            val failed = across(CaptureResult.Failed(reason)) as CaptureResult.Failed
            assertEquals(reason.javaClass, failed.reason.javaClass)
            assertEquals(reason.code to reason.detail, failed.reason.code to failed.reason.detail)
        }
    }

    @Test
    fun `what another app answers is a cancellation`() {
        assertEquals(CaptureResult.Cancelled, CaptureResult.of(Activity.RESULT_OK, null))
        assertEquals(CaptureResult.Cancelled, CaptureResult.of(77, null))
    }

    @Test
    fun `a task travels in the intent`() {
        val activity = Robolectric.buildActivity(Activity::class.java).get()
        val tasks = listOf(CaptureTask.Document("a"), CaptureTask.Scene("b"), CaptureTask.Pages("c", 5))
        tasks.forEach { task ->
            val there = CaptureActivity.taskOf(CaptureActivity.intent(activity, task))!!
            assertEquals(task.javaClass, there.javaClass)
            assertEquals(task.kind to task.mostPages, there.kind to there.mostPages)
        }
        assertNull(CaptureActivity.taskOf(android.content.Intent()))
    }
}
