package org.bailing.core

import java.awt.Image
import java.awt.image.BufferedImage
import java.io.File
import java.lang.management.ManagementFactory
import java.nio.ByteBuffer
import java.nio.file.Files
import javax.imageio.ImageIO
import org.bailing.core.generated.CaptureSession as NativeSession
import org.bailing.core.generated.Outbox
import org.bailing.core.generated.OutboxConfig

/**
 * What a camera frame costs: 1280 by 720 in YUV_420_888 through the one JNI entry, on one thread, as a
 * hand holds a page: each frame some pixels beside the one before. `android/build bench` runs it.
 */
internal object FrameBench {
    private const val WIDTH = 1280
    private const val HEIGHT = 720
    private const val FRAMES = 600
    private const val WARM_UP = 100

    /** A phone's camera gives thirty a second. */
    private const val INTERVAL_NANOSECONDS = 33_333_333L

    @JvmStatic
    fun main(arguments: Array<String>) {
        val photo = File(System.getProperty("bailing.root")!!, "demo/samples/haulier-haulage-contract.jpg")
        val folder = Files.createTempDirectory("bailing-bench").toFile()
        try {
            val configuration = OutboxConfig(
                folder.path, ByteArray(32) { 7 }, "https://bank.example", "org.bailing.bench", "1", "1",
            )
            Outbox.open(configuration).use { outbox ->
                val task = CaptureTask.Document("haulage_contract")
                CaptureSession(task, NativeSession(outbox, task.native())) { error("not sealed") }
                    .use { measure(it, frames(photo)) }
            }
        } finally {
            folder.deleteRecursively()
        }
    }

    private fun measure(session: CaptureSession, frames: List<Frame>) {
        repeat(WARM_UP) { frames.after(it).goTo(session) }
        val threads = ManagementFactory.getThreadMXBean()
        val (passed, worked) = LongArray(FRAMES) to LongArray(FRAMES)
        var (analysed, skipped) = 0 to 0
        var index = 0
        var next = System.nanoTime()
        while (analysed < FRAMES) {
            while (System.nanoTime() < next) Thread.sleep(1)
            val frame = frames.after(index++)
            val (from, workedBefore) = System.nanoTime() to threads.currentThreadCpuTime
            val seen = frame.goTo(session)
            val (to, workedAfter) = System.nanoTime() to threads.currentThreadCpuTime
            next = from + INTERVAL_NANOSECONDS
            if (seen.isAnalysed) {
                passed[analysed] = to - from
                worked[analysed++] = workedAfter - workedBefore
            } else {
                skipped++
            }
        }
        println("$WIDTH x $HEIGHT through JNI on one thread, $FRAMES frames analysed, $skipped skipped by the budget")
        println("  passed:               ${passed.summary()}")
        // Where others share the processor, what passes says little.
        println("  of it on a processor: ${worked.summary()}")
    }

    private fun LongArray.summary(): String {
        sort()
        return "p50 ${get(size / 2).ms()}, p95 ${get(size * 95 / 100).ms()}, max ${last().ms()}"
    }

    private fun Long.ms() = "%.2f ms".format(this / 1e6)

    /** To and fro, as a hand moves. */
    private fun List<Frame>.after(index: Int) = get((index % (2 * size - 2)).let { if (it < size) it else 2 * size - 2 - it })

    private fun frames(photo: File): List<Frame> {
        val scaled = ImageIO.read(photo).getScaledInstance(HEIGHT, WIDTH, Image.SCALE_AREA_AVERAGING)
        return List(5) { moved ->
            val upright = BufferedImage(HEIGHT, WIDTH, BufferedImage.TYPE_INT_RGB)
            upright.createGraphics().drawImage(scaled, moved, moved / 2, null)
            Frame(upright)
        }
    }

    /** Planes of a sensor that lies on its side, chroma interleaved as most phones give it. */
    private class Frame(upright: BufferedImage) {
        private val luma = ByteBuffer.allocateDirect(WIDTH * HEIGHT)
        private val chroma = ByteBuffer.allocateDirect(WIDTH * HEIGHT / 2)
        private val second: ByteBuffer

        init {
            for (y in 0 until HEIGHT) {
                for (x in 0 until WIDTH) {
                    val colour = upright.getRGB(HEIGHT - 1 - y, x)
                    val (red, green, blue) = Triple(colour shr 16 and 255, colour shr 8 and 255, colour and 255)
                    luma.put(y * WIDTH + x, (0.299 * red + 0.587 * green + 0.114 * blue).toInt().toByte())
                    if (x % 2 == 0 && y % 2 == 0) {
                        val at = y / 2 * WIDTH + x
                        chroma.put(at, (128 - 0.169 * red - 0.331 * green + 0.5 * blue).toInt().toByte())
                        chroma.put(at + 1, (128 + 0.5 * red - 0.419 * green - 0.081 * blue).toInt().toByte())
                    }
                }
            }
            second = (chroma.duplicate().position(1) as ByteBuffer).slice()
        }

        fun goTo(session: CaptureSession): FrameResult =
            session.process(luma, chroma, second, WIDTH, HEIGHT, WIDTH, WIDTH, 2, 90)
    }
}
