package org.bailing.demo

import java.io.Closeable
import java.io.File
import java.lang.management.ManagementFactory
import java.util.Timer
import java.util.concurrent.TimeUnit
import kotlin.concurrent.schedule
import org.junit.Assert.fail
import org.junit.runner.JUnitCore

/**
 * One life of the app: a JVM like this one that runs [life] over the phone's folder. The two talk in lines,
 * each a word and what belongs to it.
 */
internal class PhoneProcess(
    life: Class<*>,
    phone: File,
    factory: Factory,
    vararg more: Pair<String, String>,
) : Closeable {
    private val process: Process
    private val heard = mutableListOf<String>()
    private val patience = Timer(true)

    init {
        val java = File(System.getProperty("java.home"), "bin/java").path
        val told = listOf("phone" to phone.path, "authorities" to factory.authorities.path, *more)
            .map { (name, value) -> "-D${Phone.TOLD}$name=$value" }
        val same = ManagementFactory.getRuntimeMXBean()
        process = ProcessBuilder(
            listOf(java) + same.inputArguments + told +
                listOf("-cp", same.classPath, JUnitCore::class.java.name, life.name),
        ).redirectErrorStream(true).start()
        patience.schedule(PATIENCE_MILLISECONDS) { process.destroyForcibly() }
    }

    private val lines = process.inputStream.bufferedReader()
    private val answers = process.outputStream.bufferedWriter()

    /** Waits until the app says [word]; gives what it says with it. */
    fun hear(word: String): String {
        while (true) {
            val line = lines.readLine() ?: break
            heard += line
            if (line.startsWith("${Phone.SAYS}$word")) return line.removePrefix("${Phone.SAYS}$word").trim()
        }
        fail("the app ended before it was $word:\n${heard.joinToString("\n")}")
        error("never reached")
    }

    fun say(word: String) {
        answers.write("$word\n")
        answers.flush()
    }

    /** SIGKILL, as when the system takes the memory: gives the exit status. */
    fun kill(): Int = process.destroyForcibly().waitFor()

    /** Waits for the end that it comes to by itself: gives the exit status. */
    fun end(): Int {
        while (true) heard += lines.readLine() ?: break
        process.waitFor(PATIENCE_MILLISECONDS, TimeUnit.MILLISECONDS)
        if (process.exitValue() != 0) println(heard.joinToString("\n"))
        return process.exitValue()
    }

    override fun close() {
        patience.cancel()
        process.destroyForcibly().waitFor()
    }

    private companion object {
        /** A life takes some twenty seconds on an idle machine. */
        const val PATIENCE_MILLISECONDS = 300_000L
    }
}
