package org.bailing.capture

import android.graphics.Rect
import android.util.Size
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35])
class CameraChoiceTest {
    private fun sizes(vararg sides: Pair<Int, Int>) = sides.map { (width, height) -> Size(width, height) }

    @Test
    fun `the still is the largest that is useful`() {
        val phone = sizes(8160 to 6120, 4080 to 3060, 4032 to 3024, 1920 to 1080, 640 to 480)
        assertEquals(Size(4080, 3060), CameraChoice.still(phone))
        assertEquals(Size(8160, 6120), CameraChoice.still(sizes(8160 to 6120, 12000 to 9000)))
        assertEquals(null, CameraChoice.still(listOf()))
    }

    @Test
    fun `the frame shows what the still shows`() {
        val offered = sizes(1920 to 1080, 1280 to 720, 1440 to 1080, 960 to 720, 640 to 480)
        assertEquals(Size(960, 720), CameraChoice.frame(offered, Size(4032, 3024)))
        assertEquals(Size(1280, 720), CameraChoice.frame(offered, Size(4096, 2304)))
        // No frame with the still's proportions: the nearest in size.
        assertEquals(Size(1280, 720), CameraChoice.frame(offered, Size(3000, 3000)))
    }

    @Test
    fun `a sensor on its side is turned upright`() {
        val choice = CameraChoice("0", Size(1, 1), Size(1, 1), sensorOrientation = 90, hasTorch = false)
        assertEquals(listOf(90, 0, 270, 180), listOf(0, 90, 180, 270).map(choice::rotation))
    }

    @Test
    fun `focus is where the merchant pointed`() {
        val sensor = Rect(0, 0, 4000, 3000)
        // The sensor lies on its side: the upright frame's top right is its top left.
        assertEquals(Rect(0, 0, 300, 300), CameraFrames.focusRegion(1f, 0f, 90, sensor))
        assertEquals(Rect(850, 600, 1150, 900), CameraFrames.focusRegion(0.25f, 0.25f, 0, sensor))
        assertEquals(Rect(3700, 2700, 4000, 3000), CameraFrames.focusRegion(1f, 0f, 270, sensor))
    }
}
