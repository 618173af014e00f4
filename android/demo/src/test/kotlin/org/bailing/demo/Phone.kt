package org.bailing.demo

import android.content.Context
import java.io.File
import java.nio.file.Files
import org.bailing.testing.DesktopHttp
import org.bailing.testing.FakeKeystore
import org.bailing.testing.KeyFile

/** The demo on a phone whose storage and keys outlive the process: both lie in a folder of the test's. */
internal class Phone : DemoApplication() {
    override fun attachBaseContext(base: Context) {
        val folder = File(told("phone"))
        val kept = File(folder, "data").apply { mkdirs() }
        // Robolectric gives each process an empty place of its own.
        base.dataDir.deleteRecursively()
        Files.createSymbolicLink(base.dataDir.toPath(), kept.toPath())
        FakeKeystore.install(KeyFile(File(folder, "keys")), Factory(File(told("authorities")))::attest)
        // The factory's phones have a trusted execution environment only.
        FakeKeystore.hasStrongBox = false
        DesktopHttp.allowPatch()
        super.attachBaseContext(base)
    }

    companion object {
        const val TOLD = "bailing.phone."
        const val SAYS = "phone: "

        /** What the test told this process when it started it. */
        fun told(name: String): String = System.getProperty(TOLD + name)!!

        /** Says it on a line of its own, wherever JUnit's dots are. */
        fun say(word: String, more: Any = "") = println("\n$SAYS$word $more")

        /** Waits for the test to say [word]. */
        fun hear(word: String) = check(readln() == word) { "not $word" }
    }
}
