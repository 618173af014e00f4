package org.bailing.capture

import android.annotation.SuppressLint
import android.content.Context
import android.graphics.ImageFormat
import android.graphics.Rect
import android.graphics.SurfaceTexture
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraManager
import android.hardware.camera2.CaptureRequest
import android.hardware.camera2.params.MeteringRectangle
import android.media.ImageReader
import android.os.Handler
import android.os.HandlerThread
import android.view.Surface
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit

/**
 * The back camera through Camera2: a preview on [texture], frames in YUV, stills in JPEG.
 *
 * Everything runs on one thread of its own. A frame is the latest there is; those that came while the
 * one before was looked at are gone.
 */
internal class CameraFrames(
    private val context: Context,
    private val texture: SurfaceTexture,
    private val displayDegrees: () -> Int,
) : FrameSource {
    private val manager = context.getSystemService(Context.CAMERA_SERVICE) as CameraManager
    private val choice: CameraChoice? = try {
        CameraChoice.of(manager)
    } catch (unavailable: CameraAccessException) {
        null
    }
    private val thread = HandlerThread("bailing-camera").apply { start() }
    private val handler = Handler(thread.looper)
    private val planes = Planes()
    private var device: CameraDevice? = null
    private var session: CameraCaptureSession? = null
    private var repeating: CaptureRequest.Builder? = null
    private var frames: ImageReader? = null
    private var stills: ImageReader? = null
    private var preview: Surface? = null
    private var isStopped = false

    override val hasTorch: Boolean
        get() = choice?.hasTorch == true

    override fun start(receiver: FrameSource.Receiver) {
        handler.post { open(receiver) }
    }

    @SuppressLint("MissingPermission") // The activity asked; without it this throws, and says so.
    private fun open(receiver: FrameSource.Receiver) {
        val choice = choice ?: return receiver.failed(FailureReason.NoCamera())
        val turned = choice.rotation(displayDegrees()) % 180 != 0
        val (width, height) = choice.frame.let { if (turned) it.height to it.width else it.width to it.height }
        receiver.opened(width, height)
        trying(receiver) {
            manager.openCamera(choice.id, Opened(receiver, choice), handler)
        }
    }

    private inner class Opened(
        private val receiver: FrameSource.Receiver,
        private val choice: CameraChoice,
    ) : CameraDevice.StateCallback() {
        override fun onOpened(camera: CameraDevice) {
            if (isStopped) return camera.close()
            device = camera
            trying(receiver) { configure(camera, receiver, choice) }
        }

        override fun onDisconnected(camera: CameraDevice) {
            close()
            receiver.failed(FailureReason.CameraUnavailable("another app took the camera"))
        }

        override fun onError(camera: CameraDevice, error: Int) {
            close()
            receiver.failed(FailureReason.CameraUnavailable("the camera failed ($error)"))
        }
    }

    private fun configure(camera: CameraDevice, receiver: FrameSource.Receiver, choice: CameraChoice) {
        texture.setDefaultBufferSize(choice.frame.width, choice.frame.height)
        val preview = Surface(texture).also { preview = it }
        val frames = ImageReader.newInstance(
            // One that is looked at, one that is the latest, one that the camera writes.
            choice.frame.width, choice.frame.height, ImageFormat.YUV_420_888, 3,
        ).also { frames = it }
        frames.setOnImageAvailableListener({ look(it, receiver) }, handler)
        val stills = ImageReader.newInstance(
            choice.still.width, choice.still.height, ImageFormat.JPEG, 2,
        ).also { stills = it }
        stills.setOnImageAvailableListener({ keep(it, receiver) }, handler)
        val request = camera.createCaptureRequest(CameraDevice.TEMPLATE_PREVIEW).apply {
            addTarget(preview)
            addTarget(frames.surface)
            set(CaptureRequest.CONTROL_AF_MODE, CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_PICTURE)
        }
        repeating = request
        // The newer call wants API 28; this one does the same on all.
        @Suppress("DEPRECATION")
        camera.createCaptureSession(
            listOf(preview, frames.surface, stills.surface),
            object : CameraCaptureSession.StateCallback() {
                override fun onConfigured(configured: CameraCaptureSession) {
                    if (isStopped) return
                    session = configured
                    trying(receiver) { configured.setRepeatingRequest(request.build(), null, handler) }
                }

                override fun onConfigureFailed(configured: CameraCaptureSession) {
                    receiver.failed(FailureReason.CameraUnavailable("the camera refused its streams"))
                }
            },
            handler,
        )
    }

    private fun look(reader: ImageReader, receiver: FrameSource.Receiver) {
        if (isStopped) return
        val image = reader.acquireLatestImage() ?: return
        try {
            val (y, u, v) = image.planes
            planes.y = y.buffer
            planes.u = u.buffer
            planes.v = v.buffer
            planes.width = image.width
            planes.height = image.height
            planes.yRowStride = y.rowStride
            planes.uvRowStride = u.rowStride
            planes.uvPixelStride = u.pixelStride
            planes.rotationDegrees = choice?.rotation(displayDegrees()) ?: 0
            receiver.frame(planes)
        } finally {
            image.close()
        }
    }

    private fun keep(reader: ImageReader, receiver: FrameSource.Receiver) {
        if (isStopped) return
        val image = reader.acquireNextImage() ?: return
        val jpeg = try {
            val buffer = image.planes[0].buffer
            ByteArray(buffer.remaining()).also(buffer::get)
        } finally {
            image.close()
        }
        receiver.still(jpeg)
    }

    override fun takeStill() {
        handler.post {
            val (camera, session, stills) = Triple(device, session, stills)
            val choice = choice
            if (camera == null || session == null || stills == null || choice == null) return@post
            quietly {
                val request = camera.createCaptureRequest(CameraDevice.TEMPLATE_STILL_CAPTURE).apply {
                    addTarget(stills.surface)
                    set(CaptureRequest.CONTROL_AF_MODE, CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_PICTURE)
                    set(CaptureRequest.FLASH_MODE, repeating?.get(CaptureRequest.FLASH_MODE))
                    set(CaptureRequest.JPEG_ORIENTATION, choice.rotation(displayDegrees()))
                    set(CaptureRequest.JPEG_QUALITY, JPEG_QUALITY)
                }
                session.capture(request.build(), null, handler)
            }
        }
    }

    override fun turnTorch(on: Boolean) = changeRepeating {
        set(
            CaptureRequest.FLASH_MODE,
            if (on) CaptureRequest.FLASH_MODE_TORCH else CaptureRequest.FLASH_MODE_OFF,
        )
    }

    override fun focus(x: Float, y: Float) {
        val choice = choice ?: return
        val sensor = manager.getCameraCharacteristics(choice.id)[CameraCharacteristics.SENSOR_INFO_ACTIVE_ARRAY_SIZE]
            ?: return
        val region = focusRegion(x, y, choice.rotation(displayDegrees()), sensor)
        changeRepeating {
            val metering = arrayOf(MeteringRectangle(region, MeteringRectangle.METERING_WEIGHT_MAX))
            set(CaptureRequest.CONTROL_AF_REGIONS, metering)
            set(CaptureRequest.CONTROL_AE_REGIONS, metering)
        }
    }

    private fun changeRepeating(change: CaptureRequest.Builder.() -> Unit) {
        handler.post {
            val (request, session) = (repeating ?: return@post) to (session ?: return@post)
            quietly {
                request.change()
                session.setRepeatingRequest(request.build(), null, handler)
            }
        }
    }

    override fun stop() {
        val closed = CountDownLatch(1)
        handler.post {
            close()
            closed.countDown()
        }
        // The surface goes when this returns; a camera that does not close in time loses it.
        closed.await(CLOSE_SECONDS, TimeUnit.SECONDS)
        thread.quitSafely()
    }

    private fun close() {
        isStopped = true
        session?.close()
        device?.close()
        frames?.close()
        stills?.close()
        preview?.release()
        session = null
        device = null
    }

    private inline fun trying(receiver: FrameSource.Receiver, call: () -> Unit) = try {
        call()
    } catch (unavailable: CameraAccessException) {
        receiver.failed(FailureReason.CameraUnavailable("the camera cannot be opened (${unavailable.reason})"))
    } catch (closed: IllegalStateException) {
        receiver.failed(FailureReason.CameraUnavailable("the camera was closed"))
    } catch (denied: SecurityException) {
        receiver.failed(FailureReason.CameraDenied())
    }

    /** For what the merchant can simply do again. */
    private inline fun quietly(call: () -> Unit) {
        try {
            call()
        } catch (unavailable: CameraAccessException) {
            return
        } catch (closed: IllegalStateException) {
            return
        }
    }

    companion object {
        /** Loses nothing that a reader of print needs, at half the bytes of 100. */
        private const val JPEG_QUALITY: Byte = 95
        private const val CLOSE_SECONDS = 2L

        /** A tenth of the sensor's shorter side around a point of the upright frame. */
        fun focusRegion(x: Float, y: Float, rotationDegrees: Int, sensor: Rect): Rect {
            val (along, down) = when (rotationDegrees) {
                90 -> y to 1 - x
                180 -> 1 - x to 1 - y
                270 -> 1 - y to x
                else -> x to y
            }
            val half = minOf(sensor.width(), sensor.height()) / 20
            val left = (along * sensor.width()).toInt().coerceIn(half, sensor.width() - half)
            val top = (down * sensor.height()).toInt().coerceIn(half, sensor.height() - half)
            return Rect(left - half, top - half, left + half, top + half)
        }
    }
}
