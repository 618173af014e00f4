package org.bailing.demo

import java.io.File
import java.net.URL

/** The real `bailing-server` over one folder; it trusts [root], and keeps its address from start to start. */
internal class ServerProcess(private val folder: File, private val root: File) {
    private var process: Process? = null
    private var public = "127.0.0.1:0"
    private var operator = ""

    /** How phones name it. */
    val origin get() = "http://$public"

    /** Returns when it listens. */
    fun start() {
        val configuration = File(folder, "server.toml").apply { writeText(configuration()) }
        val ocr = if (reads) arrayOf("--ocr", OCR.path) else arrayOf()
        val started = ProcessBuilder(
            PROGRAM.path, "serve", "--json", "--listen", public, "--operator-listen", "127.0.0.1:0",
            "--config", configuration.path, "--data", File(folder, "data").path,
            // A day on which the samples are in force, which only a demo's server can be told.
            "--demo-today", "2026-11-23", "--allow-software-keys", *ocr,
        ).redirectError(ProcessBuilder.Redirect.appendTo(File(folder, "server.log"))).start()
        process = started
        val line = checkNotNull(started.inputStream.bufferedReader().readLine()) {
            "bailing-server does not start: ${File(folder, "server.log").readText()}"
        }
        public = address("public").find(line)!!.groupValues[1]
        operator = address("operator").find(line)!!.groupValues[1]
    }

    fun kill() {
        process?.destroyForcibly()?.waitFor()
        process = null
    }

    /** The operator's first page. */
    fun console(): String = URL("http://$operator/").readText()

    private fun configuration(): String {
        val revoked = File(folder, "status.json").apply { writeText("""{"entries": {}}""") }
        return """
            [attestation]
            revocation = '$revoked'
            danger_anchor = '$root'
            [attestation.android]
            packages = ['${Factory.PACKAGE}']
            signers = ['${Factory.SIGNER}']
            [[merchants]]
            id = '$MERCHANT'
            name = '云溪市顺远货运有限公司'
            industry = 'road_freight'
            base_quota = $BASE_YUAN
        """.trimIndent()
    }

    companion object {
        private val REPOSITORY = File(System.getProperty("bailing.root")!!)
        private val OCR = File(REPOSITORY, "models/ocr")
        private fun address(name: String) = Regex("\"$name\":\"([0-9.]+:[0-9]+)\"")

        val PROGRAM = File(REPOSITORY, "target/release/bailing-server")

        /** Whether it reads papers: the OCR package is there (`models/fetch-ocr --to models/ocr`). */
        val reads = File(OCR, "PP-OCRv6_rec_small.onnx").exists()
        const val MERCHANT = "haulier"
        const val BASE_YUAN = 100_000L
    }
}
