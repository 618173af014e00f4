package org.bailing.capture

import android.Manifest
import android.content.pm.PackageManager
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import org.bailing.core.CaptureTask
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.robolectric.annotation.Config

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [24, 35], qualifiers = "en")
class PermissionTest {
    private fun started(): ActivityController<CaptureActivity> {
        val context = RuntimeEnvironment.getApplication()
        val intent = CaptureActivity.intent(context, CaptureTask.Document("waybill"))
        return Robolectric.buildActivity(CaptureActivity::class.java, intent).setup()
    }

    private fun ActivityController<CaptureActivity>.answer(granted: Boolean, asksAgain: Boolean) = get().apply {
        shadowOf(packageManager).setShouldShowRequestPermissionRationale(Manifest.permission.CAMERA, asksAgain)
        if (granted) shadowOf(application).grantPermissions(Manifest.permission.CAMERA)
        onRequestPermissionsResult(
            CameraPermission.REQUEST, arrayOf(Manifest.permission.CAMERA),
            intArrayOf(if (granted) PackageManager.PERMISSION_GRANTED else PackageManager.PERMISSION_DENIED),
        )
    }

    private fun View.buttons(): List<Button> = when (this) {
        is Button -> listOf(this)
        is ViewGroup -> (0 until childCount).flatMap { getChildAt(it).buttons() }
        else -> listOf()
    }

    private fun CaptureActivity.press(text: Int) =
        window.decorView.buttons().single { it.text == getString(text) }.performClick()

    @Test
    fun `the camera is asked for at once`() {
        val asked = shadowOf(started().get()).lastRequestedPermission
        assertEquals(listOf(Manifest.permission.CAMERA), asked.requestedPermissions.toList())
    }

    @Test
    fun `a denial is explained, and may be answered differently`() {
        val activity = started().answer(granted = false, asksAgain = true)
        activity.press(R.string.bailing_permission_allow)
        assertNotNull(shadowOf(activity).lastRequestedPermission)
        activity.press(R.string.bailing_not_now)
        val result = CaptureResult.of(shadowOf(activity).resultCode, shadowOf(activity).resultIntent)
        assertTrue((result as CaptureResult.Failed).reason is FailureReason.CameraDenied)
    }

    @Test
    fun `after a denial for good the settings are opened`() {
        val activity = started().answer(granted = false, asksAgain = false)
        activity.press(R.string.bailing_permission_settings)
        val opened = shadowOf(activity).nextStartedActivity
        assertEquals("package:${activity.packageName}", opened.data.toString())
        activity.press(R.string.bailing_not_now)
        val result = CaptureResult.of(shadowOf(activity).resultCode, shadowOf(activity).resultIntent)
        assertTrue((result as CaptureResult.Failed).reason is FailureReason.CameraDeniedForGood)
    }

    @Test
    fun `without an open SDK the capture says so`() {
        val activity = started().answer(granted = true, asksAgain = true)
        val result = CaptureResult.of(shadowOf(activity).resultCode, shadowOf(activity).resultIntent)
        assertEquals("not_started", (result as CaptureResult.Failed).reason.code)
    }
}
