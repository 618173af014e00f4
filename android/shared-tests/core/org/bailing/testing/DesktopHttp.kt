package org.bailing.testing

import java.net.HttpURLConnection

/** The JDK's HTTP client, brought to what Android's does. */
object DesktopHttp {
    /** Android's sends PATCH, the JDK's refuses to: it takes the place of TRACE, which nobody sends. */
    fun allowPatch() {
        val methods = HttpURLConnection::class.java.getDeclaredField("methods").run {
            isAccessible = true
            @Suppress("UNCHECKED_CAST")
            get(null) as Array<String>
        }
        val trace = methods.indexOf("TRACE")
        if (trace >= 0) methods[trace] = "PATCH"
    }
}
