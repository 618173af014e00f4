package org.bailing.capture

import android.Manifest
import android.app.Activity
import android.content.Intent
import android.content.pm.PackageManager
import android.net.Uri
import android.provider.Settings

/** Whether the camera may be used. */
internal sealed class CameraPermission {
    object Granted : CameraPermission()

    /** May be asked for; with a reason if it was denied before. */
    object Askable : CameraPermission()

    /** The system no longer asks. */
    object DeniedForGood : CameraPermission()

    companion object {
        const val REQUEST = 1

        /** @param asked whether the system was asked just now, and answered. */
        fun of(activity: Activity, asked: Boolean): CameraPermission = when {
            activity.checkSelfPermission(Manifest.permission.CAMERA) == PackageManager.PERMISSION_GRANTED -> Granted
            // After a denial the system wants reasons; if it wants none, it will not ask again.
            asked && !activity.shouldShowRequestPermissionRationale(Manifest.permission.CAMERA) -> DeniedForGood
            else -> Askable
        }

        fun ask(activity: Activity) = activity.requestPermissions(arrayOf(Manifest.permission.CAMERA), REQUEST)

        fun settings(activity: Activity) = Intent(
            Settings.ACTION_APPLICATION_DETAILS_SETTINGS,
            Uri.fromParts("package", activity.packageName, null),
        )
    }
}
