package org.bailing.core

import com.sun.management.ThreadMXBean
import java.awt.image.BufferedImage
import java.io.File
import java.lang.management.ManagementFactory
import java.nio.ByteBuffer
import javax.imageio.ImageIO
import org.bailing.core.generated.Outbox
import org.bailing.core.generated.OutboxConfig
import org.bailing.core.generated.CaptureSession as NativeSession
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Assume.assumeTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

/** The real library, with a photo that the simulator rendered as the camera's frames. */
class NativeTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val photo = File(System.getProperty("bailing.root")!!, "demo/samples/haulier-haulage-contract.jpg")

    /** Of the photo, from `demo/samples/samples.json`: shares of its width and height. */
    private val corners = listOf(0.162f to 0.053f, 0.941f to 0.057f, 0.942f to 0.947f, 0.070f to 0.905f)
    private val opened = mutableListOf<AutoCloseable>()

    @Before
    fun theLibraryIsBuilt() = assumeTrue(System.getProperty("java.library.path").orEmpty().isNotEmpty())

    @After
    fun close() = opened.asReversed().forEach(AutoCloseable::close)

    private fun session(task: CaptureTask): CaptureSession {
        val configuration = OutboxConfig(
            folder.newFolder().path, ByteArray(32) { 7 }, "https://bank.example", "org.bailing.test", "1", "1",
        )
        val outbox = Outbox.open(configuration).also(opened::add)
        return CaptureSession(task, NativeSession(outbox, task.native())) { throw AssertionError("sealed") }
            .also(opened::add)
    }

    /** Luma as a sensor on its side gives it: 960 by 720, padded rows, to be turned by 90 degrees. */
    private class Frame(photo: File) {
        val stride = WIDTH + 64
        val luma: ByteBuffer = ByteBuffer.allocateDirect(stride * HEIGHT)

        init {
            val upright = BufferedImage(HEIGHT, WIDTH, BufferedImage.TYPE_INT_RGB)
            upright.createGraphics().drawImage(
                ImageIO.read(photo).getScaledInstance(HEIGHT, WIDTH, java.awt.Image.SCALE_AREA_AVERAGING), 0, 0, null,
            )
            for (y in 0 until HEIGHT) {
                for (x in 0 until WIDTH) {
                    val colour = upright.getRGB(HEIGHT - 1 - y, x)
                    val (red, green, blue) = Triple(colour shr 16 and 255, colour shr 8 and 255, colour and 255)
                    luma.put(y * stride + x, (0.299 * red + 0.587 * green + 0.114 * blue).toInt().toByte())
                }
            }
        }

        fun goTo(session: CaptureSession) = session.process(luma, null, null, WIDTH, HEIGHT, stride, 0, 0, 90)
    }

    @Test
    fun `a page held still is found, outlined and asked for`() {
        val session = session(CaptureTask.Document("haulage_contract"))
        val frame = Frame(photo)
        val seen = frame.goTo(session)
        val until = System.nanoTime() + PATIENCE_NANOSECONDS
        while (!seen.capturesNow && System.nanoTime() < until) {
            Thread.sleep(30)
            frame.goTo(session)
        }
        assertTrue("said ${seen.guidance}", seen.capturesNow)
        assertEquals(Guidance.Ready, seen.guidance)
        corners.forEachIndexed { corner, (x, y) ->
            assertEquals(x, seen.cornerX(corner), 0.03f)
            assertEquals(y, seen.cornerY(corner), 0.03f)
        }
        val outcome = session.photograph(photo.readBytes())
        assertEquals(1, (outcome as Photograph.Kept).pages)
        session.dropLastPage()
        assertEquals(0, session.pages)
    }

    @Test
    fun `frames cost Java no memory`() {
        val session = session(CaptureTask.Document("haulage_contract"))
        val frame = Frame(photo)
        var hints = 0
        repeat(50) { hints += frame.goTo(session).guidance.hashCode() }
        val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean
        val thread = Thread.currentThread().id
        val measuring = threads.getThreadAllocatedBytes(thread).let { threads.getThreadAllocatedBytes(thread) - it }
        val before = threads.getThreadAllocatedBytes(thread)
        repeat(FRAMES) { hints += frame.goTo(session).guidance.hashCode() }
        val allocated = threads.getThreadAllocatedBytes(thread) - before - measuring
        // The virtual machine takes some for itself now and then: not one object a frame.
        assertTrue("$allocated bytes in $FRAMES frames ($hints)", allocated < FRAMES * SMALLEST_OBJECT)
    }

    @Test
    fun `planes that do not fit, and sessions that are gone, have their codes`() {
        val session = session(CaptureTask.Scene("vehicle_photo"))
        val plane = ByteBuffer.allocateDirect(100 * 100)
        val unusable = listOf(
            { session.process(plane, null, null, 200, 100, 200, 0, 0, 0) },
            { session.process(plane, null, null, 100, 100, 50, 0, 0, 0) },
            { session.process(plane, null, null, -1, 100, 100, 0, 0, 0) },
            { session.process(plane, null, null, 100, 100, 100, 0, 0, 45) },
            { session.process(ByteBuffer.allocate(100 * 100), null, null, 100, 100, 100, 0, 0, 0) },
        )
        unusable.forEach { call ->
            assertEquals("frame_unusable", assertThrows(BailingException::class.java) { call() }.code)
        }
        assertFalse(session.process(plane, null, null, 100, 100, 100, 0, 0, 270).hasPage)
        assertEquals("image_format_unknown", assertThrows(BailingException::class.java) { session.photograph(ByteArray(9)) }.code)
    }

    @Test
    fun `every hint speaks both languages, in the order that the frame path counts in`() {
        for (language in Language.entries) {
            assertEquals(Guidance.ALL.size, Guidance.ALL.map { it.text(language) }.toSet().size)
        }
        val known = org.bailing.core.generated.allGuidance()
        assertEquals(known.size, Guidance.ALL.size)
        known.forEach { number ->
            val ours = Guidance.of(number.kind, number.detail)
            assertEquals(org.bailing.core.generated.guidanceText(number.guidance, org.bailing.core.generated.Language.CHINESE), ours.text(Language.Chinese))
        }
    }

    private companion object {
        const val WIDTH = 960
        const val HEIGHT = 720
        const val FRAMES = 200

        /** Bytes, on a 64-bit virtual machine. */
        const val SMALLEST_OBJECT = 16

        /** A second is enough on an idle machine. */
        const val PATIENCE_NANOSECONDS = 60_000_000_000
    }
}
