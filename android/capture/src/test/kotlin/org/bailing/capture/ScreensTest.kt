package org.bailing.capture

import android.content.Context
import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.graphics.Color
import android.view.View
import android.widget.ImageView
import java.io.File
import org.bailing.core.Guidance
import org.bailing.core.Language
import org.bailing.testing.Pictures
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotEquals
import org.junit.Assume.assumeTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35])
class ScreensTest {
    /** A photo that the simulator rendered, in the preview's place, and its page's corners. */
    private fun preview(context: Context) = ImageView(context).apply {
        scaleType = ImageView.ScaleType.CENTER_CROP
        val file = File(System.getProperty("bailing.root")!!, "demo/samples/haulier-haulage-contract.jpg")
        if (file.exists()) setImageBitmap(BitmapFactory.decodeFile(file.path)) else setBackgroundColor(Color.DKGRAY)
    }

    private val page = floatArrayOf(0.162f, 0.053f, 0.941f, 0.057f, 0.942f, 0.947f, 0.070f, 0.905f)

    private fun screen(name: String, change: CaptureView.() -> Unit) = Pictures.LOOKS.map { look ->
        Pictures.draw("capture-$name", look, R.style.BailingCapture) { activity ->
            CaptureView(activity, preview(activity)).apply {
                fit(720, 960)
                showTorch(true)
                change()
            }
        }
    }

    private fun CaptureView.say(guidance: Guidance) = say(context.getString(guidance.textResource()))

    @Test
    fun `the search for a page`() {
        val drawn = screen("searching") { say(Guidance.NoDocument) }
        drawn.forEach(::assertDrawn)
    }

    @Test
    fun `a page that is too dark`() {
        screen("guiding") {
            show(page, isGood = false, steadiness = 0f)
            say(Guidance.TooDark)
        }
    }

    @Test
    fun `a page that is good, the third of several`() {
        screen("ready") {
            show(page, isGood = true, steadiness = 0.7f)
            say(Guidance.HoldStill)
            showPages(2, 6)
        }
    }

    @Test
    fun `the camera's permission`() {
        for (look in Pictures.LOOKS) {
            for (forGood in listOf(false, true)) {
                val name = if (forGood) "capture-denied" else "capture-permission"
                assertDrawn(Pictures.draw(name, look, R.style.BailingCapture) { PermissionView(it, forGood, {}, {}) })
            }
        }
    }

    @Test
    @Config(sdk = [24, 35])
    fun `every hint has words of its own in both languages`() {
        for (language in listOf("en", "zh")) {
            RuntimeEnvironment.setQualifiers(language)
            val context = RuntimeEnvironment.getApplication()
            val texts = Guidance.ALL.map { context.getString(it.textResource()) }
            assertEquals(Guidance.ALL.size, texts.toSet().size)
        }
    }

    @Test
    fun `the words are those of Rust`() {
        assumeTrue("the native library is built", System.getProperty("java.library.path").orEmpty().isNotEmpty())
        for ((tag, language) in listOf("en" to Language.English, "zh" to Language.Chinese)) {
            RuntimeEnvironment.setQualifiers(tag)
            val context = RuntimeEnvironment.getApplication()
            Guidance.ALL.forEach { assertEquals(it.text(language), context.getString(it.textResource())) }
        }
    }

    @Test
    fun `what can be pressed has a name and is large enough for a finger`() {
        Pictures.draw("capture-names", Pictures.LOOKS.first(), R.style.BailingCapture) { activity ->
            CaptureView(activity, View(activity)).apply { showPages(1, 3) }.also { view ->
                view.measure(
                    View.MeasureSpec.makeMeasureSpec(1179, View.MeasureSpec.EXACTLY),
                    View.MeasureSpec.makeMeasureSpec(2556, View.MeasureSpec.EXACTLY),
                )
                val least = 48 * activity.resources.displayMetrics.density
                val pressed = view.all().filter { it.isClickable && it !is FittedFrame }
                assertEquals(5, pressed.size)
                pressed.forEach {
                    assertNotEquals(null, it.contentDescription)
                    assert(it.measuredWidth >= least && it.measuredHeight >= least) { it.contentDescription }
                }
            }
        }
    }

    private fun View.all(): List<View> =
        listOf(this) + ((this as? android.view.ViewGroup)?.let { group -> (0 until group.childCount).flatMap { group.getChildAt(it).all() } }.orEmpty())

    /** More than one colour: something was drawn. */
    private fun assertDrawn(picture: Bitmap) {
        val pixels = IntArray(picture.width * picture.height)
        picture.getPixels(pixels, 0, picture.width, 0, 0, picture.width, picture.height)
        assert(pixels.toSet().size > 16)
    }
}
