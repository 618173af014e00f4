package org.bailing.testing

import android.app.Activity
import android.graphics.Bitmap
import android.graphics.Canvas
import android.view.View
import java.io.File
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.shadows.ShadowLooper

/** Screens as PNG, in the build's folder: to be looked at. */
object Pictures {
    private val folder = File(System.getProperty("bailing.pictures")!!)

    /** One row a look: its name, Robolectric's qualifiers, and the size of type. */
    val LOOKS = listOf(
        Look("zh-light", "zh-rCN-w393dp-h852dp-notnight-xxhdpi"),
        Look("zh-dark", "zh-rCN-w393dp-h852dp-night-xxhdpi"),
        Look("en-light", "en-rGB-w393dp-h852dp-notnight-xxhdpi"),
        Look("en-dark", "en-rGB-w393dp-h852dp-night-xxhdpi"),
        Look("en-large", "en-rGB-w360dp-h740dp-notnight-xhdpi", fontScale = 1.6f),
        Look("ar-mirrored", "ar-rEG-w393dp-h852dp-notnight-xhdpi"),
    )

    class Look(val name: String, val qualifiers: String, val fontScale: Float = 1f)

    /** Lays out what [make] gives in an activity of [theme], draws it, and writes NAME.LOOK.png. */
    fun draw(name: String, look: Look, theme: Int, make: (Activity) -> View): Bitmap {
        RuntimeEnvironment.setQualifiers(look.qualifiers)
        RuntimeEnvironment.setFontScale(look.fontScale)
        val controller = Robolectric.buildActivity(Activity::class.java)
        val activity = controller.get().apply { setTheme(theme) }
        controller.create()
        activity.setContentView(make(activity))
        controller.start().resume().visible()
        val bitmap = take("$name.${look.name}", activity)
        controller.pause().stop().destroy()
        return bitmap
    }

    /** Draws what [activity] shows, and writes NAME.png. */
    fun take(name: String, activity: Activity): Bitmap {
        ShadowLooper.idleMainLooper()
        val metrics = activity.resources.displayMetrics
        val decor = activity.window.decorView
        decor.measure(
            View.MeasureSpec.makeMeasureSpec(metrics.widthPixels, View.MeasureSpec.EXACTLY),
            View.MeasureSpec.makeMeasureSpec(metrics.heightPixels, View.MeasureSpec.EXACTLY),
        )
        decor.layout(0, 0, metrics.widthPixels, metrics.heightPixels)
        val bitmap = Bitmap.createBitmap(metrics.widthPixels, metrics.heightPixels, Bitmap.Config.ARGB_8888)
        decor.draw(Canvas(bitmap))
        File(folder, "$name.png").run {
            parentFile!!.mkdirs()
            outputStream().use { bitmap.compress(Bitmap.CompressFormat.PNG, 100, it) }
        }
        return bitmap
    }
}
