package org.bailing.capture

import android.app.Activity
import android.content.Intent

/** How a [CaptureActivity] ended. */
public sealed class CaptureResult {
    /**
     * Signed, and in the outbox.
     *
     * @property bundle the bundle's id, as in `Bailing.entries`.
     * @property pages how many pages it holds.
     */
    public class Captured internal constructor(
        public val bundle: String,
        public val pages: Int,
    ) : CaptureResult()

    /** The merchant left. Nothing was kept. */
    public object Cancelled : CaptureResult()

    /** It could not be done. Nothing was kept. */
    public class Failed internal constructor(public val reason: FailureReason) : CaptureResult()

    public companion object {
        private const val BUNDLE = "org.bailing.capture.bundle"
        private const val PAGES = "org.bailing.capture.pages"
        private const val REASON = "org.bailing.capture.reason"
        private const val DETAIL = "org.bailing.capture.detail"
        private const val FAILED = Activity.RESULT_FIRST_USER

        /** Reads what `onActivityResult` was given. */
        @JvmStatic
        public fun of(resultCode: Int, data: Intent?): CaptureResult {
            val bundle = data?.getStringExtra(BUNDLE)
            val reason = data?.getStringExtra(REASON)
            return when {
                resultCode == Activity.RESULT_OK && bundle != null ->
                    Captured(bundle, data.getIntExtra(PAGES, 1))
                resultCode == FAILED && reason != null ->
                    Failed(FailureReason.of(reason, data.getStringExtra(DETAIL).orEmpty()))
                else -> Cancelled
            }
        }

        internal fun Activity.finishWith(result: CaptureResult) {
            when (result) {
                is Captured -> setResult(
                    Activity.RESULT_OK,
                    Intent().putExtra(BUNDLE, result.bundle).putExtra(PAGES, result.pages),
                )
                is Failed -> setResult(
                    FAILED,
                    Intent().putExtra(REASON, result.reason.code).putExtra(DETAIL, result.reason.detail),
                )
                Cancelled -> setResult(Activity.RESULT_CANCELED)
            }
            finish()
        }
    }
}

/**
 * Why a capture could not be done.
 *
 * @property code stable.
 * @property detail what happened and what to do; no user data.
 */
public sealed class FailureReason(public val code: String, public val detail: String) {
    /** The merchant did not allow the camera; the app may explain and ask again. */
    public class CameraDenied internal constructor() :
        FailureReason("camera_denied", "ask again when the merchant knows why")

    /** The system no longer asks: only its settings allow the camera. */
    public class CameraDeniedForGood internal constructor() :
        FailureReason("camera_denied_for_good", "only the system's settings can allow it")

    /** No camera on the back. */
    public class NoCamera internal constructor() :
        FailureReason("camera_absent", "this device has no camera that can be used")

    /** Another app has it, or a policy forbids it. */
    public class CameraUnavailable internal constructor(detail: String) :
        FailureReason("camera_unavailable", detail)

    /** The session, the key or the outbox failed: [code] as in `BailingException`. */
    public class Sdk internal constructor(code: String, detail: String) : FailureReason(code, detail)

    internal companion object {
        fun of(code: String, detail: String): FailureReason = when (code) {
            "camera_denied" -> CameraDenied()
            "camera_denied_for_good" -> CameraDeniedForGood()
            "camera_absent" -> NoCamera()
            "camera_unavailable" -> CameraUnavailable(detail)
            else -> Sdk(code, detail)
        }
    }
}
