package org.bailing.capture

import android.graphics.ImageFormat
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraManager
import android.util.Size
import kotlin.math.abs

/** Which camera, and which of its sizes. */
internal class CameraChoice(
    val id: String,
    val frame: Size,
    val still: Size,
    val sensorOrientation: Int,
    val hasTorch: Boolean,
) {
    /** Clockwise turn that makes the sensor's picture upright on a display turned by [displayDegrees]. */
    fun rotation(displayDegrees: Int): Int = Math.floorMod(sensorOrientation - displayDegrees, 360)

    companion object {
        /** What a page needs is in 12 megapixels; more only takes longer to encode, sign and send. */
        const val MOST_STILL_PIXELS = 12_600_000L

        /** The live path is measured at this size. */
        val WANTED_FRAME = Size(1280, 720)

        /** The first camera on the back; null where there is none. */
        fun of(manager: CameraManager): CameraChoice? = manager.cameraIdList.firstNotNullOfOrNull { id ->
            val camera = manager.getCameraCharacteristics(id)
            val sizes = camera[CameraCharacteristics.SCALER_STREAM_CONFIGURATION_MAP]
            val isBack = camera[CameraCharacteristics.LENS_FACING] == CameraCharacteristics.LENS_FACING_BACK
            if (!isBack || sizes == null) return@firstNotNullOfOrNull null
            val still = still(sizes.getOutputSizes(ImageFormat.JPEG).orEmpty().toList())
                ?: return@firstNotNullOfOrNull null
            val frame = frame(sizes.getOutputSizes(ImageFormat.YUV_420_888).orEmpty().toList(), still)
                ?: return@firstNotNullOfOrNull null
            CameraChoice(
                id, frame, still,
                camera[CameraCharacteristics.SENSOR_ORIENTATION] ?: 90,
                camera[CameraCharacteristics.FLASH_INFO_AVAILABLE] == true,
            )
        }

        /** The largest useful one; the smallest where all are too large. */
        fun still(sizes: List<Size>): Size? =
            sizes.filter { it.pixels <= MOST_STILL_PIXELS }.maxByOrNull { it.pixels }
                ?: sizes.minByOrNull { it.pixels }

        /**
         * As near to [WANTED_FRAME] as those go that show what the still shows: with other proportions,
         * a page that is whole in the preview could be cut in the photo.
         */
        fun frame(sizes: List<Size>, still: Size): Size? {
            val alike = sizes.filter { abs(it.proportion - still.proportion) < 0.02 }
            val wanted = WANTED_FRAME.pixels
            return alike.ifEmpty { sizes }.minByOrNull { abs(it.pixels - wanted) }
        }

        private val Size.pixels get() = width.toLong() * height
        private val Size.proportion get() = width.toDouble() / height
    }
}
