package org.bailing.demo

import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Assume.assumeTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

/**
 * The whole way with real processes: the app links the phone, loses the network, captures, is killed in
 * the moment after the signature, starts again, sends, and shows the quota that the real server gave.
 */
class EndToEndTest {
    @get:Rule
    val folder = TemporaryFolder()

    @Test
    fun `what was captured offline outlives the app and becomes a quota`() {
        val absent = listOf(ServerProcess.PROGRAM, Factory.PROGRAM, LIBRARY).filter { !it.exists() }
        if (absent.isNotEmpty()) {
            println("NOT TESTED end to end: `cargo build --release --workspace` makes ${absent.joinToString { it.name }}")
        }
        assumeTrue(absent.isEmpty())
        val factory = Factory(folder.newFile("authorities.json"))
        val root = folder.newFile("root.der").also(factory::found)
        val server = ServerProcess(folder.newFolder("server"), root)
        val phone = folder.newFolder("phone")
        try {
            server.start()
            val bundle = lifeBeforeDeath(phone, factory, server)
            val quota = lifeAfterDeath(phone, factory, server, bundle)
            println("end to end: ${if (ServerProcess.reads) "read by OCR" else "without OCR"}, $quota")
            assertTrue("the operator sees the bundle", bundle in server.console())
        } finally {
            server.kill()
        }
    }

    private fun lifeBeforeDeath(phone: File, factory: Factory, server: ServerProcess) =
        PhoneProcess(LifeBeforeDeath::class.java, phone, factory, "origin" to server.origin).use { life ->
            life.hear("linked")
            server.kill()
            life.say("offline")
            val bundle = life.hear("sealed")
            assertEquals("SIGKILL", 128 + 9, life.kill())
            bundle
        }

    private fun lifeAfterDeath(phone: File, factory: Factory, server: ServerProcess, bundle: String) =
        PhoneProcess(LifeAfterDeath::class.java, phone, factory, "bundle" to bundle).use { life ->
            life.hear("waiting")
            server.start()
            life.say("online")
            life.hear("quota").also { assertEquals(0, life.end()) }
        }

    private companion object {
        val LIBRARY = File(System.getProperty("bailing.root")!!, "target/release/libbailing_ffi.so")
    }
}
