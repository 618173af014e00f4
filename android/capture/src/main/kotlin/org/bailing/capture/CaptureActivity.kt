package org.bailing.capture

import android.app.Activity
import android.content.Context
import android.content.Intent
import android.graphics.SurfaceTexture
import android.os.Bundle
import android.os.Handler
import android.os.Looper
import android.view.Surface
import android.view.TextureView
import android.view.WindowManager
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import org.bailing.capture.CaptureResult.Companion.finishWith
import org.bailing.core.Bailing
import org.bailing.core.BailingException
import org.bailing.core.CaptureSession
import org.bailing.core.CaptureTask

/**
 * One task with the phone's camera: permission, guidance, photo, signature.
 *
 * ```
 * startActivityForResult(CaptureActivity.intent(this, CaptureTask.Document("business_licence")), 1)
 * // in onActivityResult: when (val result = CaptureResult.of(resultCode, data)) { … }
 * ```
 */
public class CaptureActivity : Activity() {
    private val worker: ExecutorService = Executors.newSingleThreadExecutor()
    private var session: CaptureSession? = null

    /** Once there is leave to use the camera. */
    internal var flow: CaptureFlow? = null
        private set
    private var preview: TextureView? = null
    private var asked = false
    private var isResumed = false

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        asked = savedInstanceState?.getBoolean(ASKED) ?: false
        window.addFlags(WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON)
        when (val permission = CameraPermission.of(this, asked)) {
            CameraPermission.Granted -> begin()
            else -> if (savedInstanceState == null) {
                CameraPermission.ask(this)
            } else {
                explain(permission)
            }
        }
    }

    override fun onSaveInstanceState(outState: Bundle) {
        super.onSaveInstanceState(outState)
        outState.putBoolean(ASKED, asked)
    }

    override fun onRequestPermissionsResult(requestCode: Int, permissions: Array<String>, grantResults: IntArray) {
        // An empty answer: the dialogue was interrupted, and is asked again.
        if (requestCode != CameraPermission.REQUEST || grantResults.isEmpty()) return
        asked = true
        proceed()
    }

    override fun onResume() {
        super.onResume()
        isResumed = true
        // Back from the settings, perhaps with leave.
        if (session == null && asked) proceed()
        preview?.surfaceTexture?.let(::resume)
    }

    override fun onPause() {
        isResumed = false
        flow?.pause()
        super.onPause()
    }

    override fun onDestroy() {
        // What is being signed still is; then the session goes.
        val closing = session
        worker.execute { closing?.close() }
        worker.shutdown()
        super.onDestroy()
    }

    private fun proceed() {
        when (val permission = CameraPermission.of(this, asked)) {
            CameraPermission.Granted -> if (session == null) begin()
            else -> explain(permission)
        }
    }

    private fun explain(permission: CameraPermission) {
        val forGood = permission == CameraPermission.DeniedForGood
        setContentView(
            PermissionView(
                this,
                forGood,
                proceed = {
                    if (forGood) startActivity(CameraPermission.settings(this)) else CameraPermission.ask(this)
                },
                leave = {
                    val reason = if (forGood) FailureReason.CameraDeniedForGood() else FailureReason.CameraDenied()
                    finishWith(CaptureResult.Failed(reason))
                },
            ),
        )
    }

    private fun begin() {
        val task = taskOf(intent)
        val bailing = Bailing.current
        if (task == null || bailing == null) {
            return fail("not_started", "call Bailing.open in Application.onCreate, and make the intent with a task")
        }
        val session = try {
            bailing.session(task)
        } catch (failed: BailingException) {
            return fail(failed.code, failed.detail)
        }
        this.session = session
        val preview = TextureView(this).also { preview = it }
        val view = CaptureView(this, preview)
        flow = CaptureFlow(session, view, Handler(Looper.getMainLooper()), worker) { finishWith(it) }
        preview.surfaceTextureListener = object : TextureView.SurfaceTextureListener {
            override fun onSurfaceTextureAvailable(texture: SurfaceTexture, width: Int, height: Int) = resume(texture)
            override fun onSurfaceTextureSizeChanged(texture: SurfaceTexture, width: Int, height: Int) = Unit
            override fun onSurfaceTextureUpdated(texture: SurfaceTexture) = Unit
            override fun onSurfaceTextureDestroyed(texture: SurfaceTexture): Boolean {
                flow?.pause()
                return true
            }
        }
        setContentView(view)
    }

    private fun resume(texture: SurfaceTexture) {
        if (isResumed) flow?.resume(CameraFrames(this, texture, ::displayDegrees))
    }

    private fun fail(code: String, detail: String) =
        finishWith(CaptureResult.Failed(FailureReason.Sdk(code, detail)))

    private fun displayDegrees(): Int {
        // Activity.getDisplay wants API 30; this one does the same on all.
        @Suppress("DEPRECATION")
        val display = windowManager.defaultDisplay
        return when (display.rotation) {
            Surface.ROTATION_90 -> 90
            Surface.ROTATION_180 -> 180
            Surface.ROTATION_270 -> 270
            else -> 0
        }
    }

    public companion object {
        private const val ASKED = "org.bailing.capture.asked"
        private const val KIND = "org.bailing.capture.kind"
        private const val MODE = "org.bailing.capture.mode"
        private const val MOST = "org.bailing.capture.most"
        private const val DOCUMENT = "document"
        private const val SCENE = "scene"
        private const val SEVERAL = "pages"

        /** Starts it for a result, which [CaptureResult.of] reads. */
        @JvmStatic
        public fun intent(context: Context, task: CaptureTask): Intent =
            Intent(context, CaptureActivity::class.java)
                .putExtra(KIND, task.kind)
                .putExtra(MOST, task.mostPages)
                .putExtra(
                    MODE,
                    when (task) {
                        is CaptureTask.Document -> DOCUMENT
                        is CaptureTask.Scene -> SCENE
                        is CaptureTask.Pages -> SEVERAL
                    },
                )

        internal fun taskOf(intent: Intent): CaptureTask? {
            val kind = intent.getStringExtra(KIND) ?: return null
            return when (intent.getStringExtra(MODE)) {
                DOCUMENT -> CaptureTask.Document(kind)
                SCENE -> CaptureTask.Scene(kind)
                SEVERAL -> CaptureTask.Pages(kind, intent.getIntExtra(MOST, 1).coerceIn(1, CaptureTask.MOST))
                else -> null
            }
        }
    }
}
