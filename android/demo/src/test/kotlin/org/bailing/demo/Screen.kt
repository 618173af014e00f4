package org.bailing.demo

import android.app.Activity
import android.view.View
import android.view.ViewGroup
import android.widget.EditText
import android.widget.TextView
import java.util.concurrent.TimeUnit
import org.robolectric.shadows.ShadowLooper

/** What is on the screen, for a hand that reads and presses. */
internal class Screen(private val activity: Activity) {
    private val views: List<View> get() = activity.window.decorView.shown()

    val texts: List<String> get() = views.filterIsInstance<TextView>().map { it.text.toString() }

    fun field(label: Int) = views.filterIsInstance<EditText>().single { it.contentDescription == activity.getString(label) }

    /** Whether there is something of that name which can be pressed now. */
    fun offers(name: Int) = pressable(name) != null

    fun press(name: Int) {
        val view = checkNotNull(pressable(name)) { "no ${activity.getString(name)} among $texts" }
        view.performClick()
    }

    /** Lets the main thread work until [isSo]; [meanwhile] is what happens beside it. */
    fun until(what: String, meanwhile: () -> Unit = {}, isSo: () -> Boolean) {
        val end = System.nanoTime() + PATIENCE_NANOSECONDS
        while (!isSo()) {
            check(System.nanoTime() < end) { "not $what; the screen says $texts" }
            meanwhile()
            ShadowLooper.idleMainLooper(STEP_MILLISECONDS, TimeUnit.MILLISECONDS)
            Thread.sleep(STEP_MILLISECONDS)
        }
    }

    private fun pressable(name: Int): View? {
        val text = activity.getString(name)
        return views.filter { it.contentDescription == text || (it as? TextView)?.text?.toString() == text }
            .firstNotNullOfOrNull { named -> generateSequence(named) { it.parent as? View }.firstOrNull { it.isClickable && it.isEnabled } }
    }

    private fun View.shown(): List<View> = when {
        visibility != View.VISIBLE -> listOf()
        this is ViewGroup -> listOf(this) + (0 until childCount).flatMap { getChildAt(it).shown() }
        else -> listOf(this)
    }

    private companion object {
        const val STEP_MILLISECONDS = 20L

        /** A second or two is enough on an idle machine. */
        const val PATIENCE_NANOSECONDS = 120_000_000_000
    }
}
