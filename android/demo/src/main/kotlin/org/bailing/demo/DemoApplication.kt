package org.bailing.demo

import android.app.Application
import org.bailing.core.Bailing
import org.bailing.core.BailingException

/** Opens the SDK at every start of the process, also when the system starts it for an upload. */
internal open class DemoApplication : Application() {
    /** Why it could not be opened. */
    var problem: BailingException? = null
        private set

    private val settings by lazy { getSharedPreferences("demo", MODE_PRIVATE) }

    /** The server that the merchant linked the phone to; at first the developer's own machine. */
    var origin: String
        get() = settings.getString(ORIGIN, null) ?: "http://127.0.0.1:8080"
        set(value) = settings.edit().putString(ORIGIN, value).apply()

    override fun onCreate() {
        super.onCreate()
        if (settings.contains(ORIGIN)) open()
    }

    fun open(): Bailing? = try {
        Bailing.open(this, origin).also { problem = null }
    } catch (failed: BailingException) {
        problem = failed
        null
    }

    fun erase() {
        Bailing.erase(this)
        settings.edit().clear().apply()
        problem = null
    }

    private companion object {
        const val ORIGIN = "origin"
    }
}
