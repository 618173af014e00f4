package org.bailing.capture

import java.awt.Image
import java.awt.image.BufferedImage
import java.io.File
import java.io.RandomAccessFile
import java.nio.ByteBuffer
import javax.imageio.ImageIO

/**
 * A recording in the camera's place: raw I420 frames of a sensor that lies on its side, one after
 * another in a file. The still is a JPEG beside it.
 */
internal class RecordedFrames(recording: File, private val still: File) : FrameSource {
    private val file = RandomAccessFile(recording, "r")
    private val planes = Planes().apply {
        y = ByteBuffer.allocateDirect(WIDTH * HEIGHT)
        u = ByteBuffer.allocateDirect(WIDTH * HEIGHT / 4)
        v = ByteBuffer.allocateDirect(WIDTH * HEIGHT / 4)
        width = WIDTH
        height = HEIGHT
        yRowStride = WIDTH
        uvRowStride = WIDTH / 2
        uvPixelStride = 1
        rotationDegrees = 90
    }
    private lateinit var receiver: FrameSource.Receiver
    override val hasTorch = false

    override fun start(receiver: FrameSource.Receiver) {
        this.receiver = receiver
        receiver.opened(HEIGHT, WIDTH)
    }

    /** Gives the next frame; the last one again and again, as a phone held still does. */
    fun next() {
        val size = WIDTH * HEIGHT * 3L / 2
        if (file.filePointer >= file.length()) file.seek(file.length() - size)
        for (plane in listOf(planes.y, planes.u!!, planes.v!!)) {
            plane.clear()
            while (plane.hasRemaining()) file.channel.read(plane)
            plane.clear()
        }
        receiver.frame(planes)
    }

    override fun takeStill() = receiver.still(still.readBytes())
    override fun turnTorch(on: Boolean) = Unit
    override fun focus(x: Float, y: Float) = Unit
    override fun stop() = file.close()

    companion object {
        const val WIDTH = 960
        const val HEIGHT = 720

        /** Writes what a camera sees that comes to rest over a photo: [moving] frames, then one. */
        fun record(photo: File, recording: File, moving: Int) {
            val scaled = ImageIO.read(photo).getScaledInstance(HEIGHT, WIDTH, Image.SCALE_AREA_AVERAGING)
            recording.outputStream().buffered().use { out ->
                for (left in moving downTo 0) {
                    val upright = BufferedImage(HEIGHT, WIDTH, BufferedImage.TYPE_INT_RGB)
                    upright.createGraphics().drawImage(scaled, 40 * left, 25 * left, null)
                    out.write(i420(upright))
                }
            }
        }

        /** BT.601, full range; the sensor's rows run along the upright picture's columns. */
        private fun i420(upright: BufferedImage): ByteArray {
            val bytes = ByteArray(WIDTH * HEIGHT * 3 / 2)
            for (y in 0 until HEIGHT) {
                for (x in 0 until WIDTH) {
                    val colour = upright.getRGB(HEIGHT - 1 - y, x)
                    val (red, green, blue) = Triple(colour shr 16 and 255, colour shr 8 and 255, colour and 255)
                    bytes[y * WIDTH + x] = (0.299 * red + 0.587 * green + 0.114 * blue).toInt().toByte()
                    if (x % 2 == 0 && y % 2 == 0) {
                        val at = WIDTH * HEIGHT + y / 2 * (WIDTH / 2) + x / 2
                        bytes[at] = (128 - 0.169 * red - 0.331 * green + 0.5 * blue).toInt().toByte()
                        bytes[at + WIDTH * HEIGHT / 4] = (128 + 0.5 * red - 0.419 * green - 0.081 * blue).toInt().toByte()
                    }
                }
            }
            return bytes
        }
    }
}
