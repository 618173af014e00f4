package org.bailing.demo

import java.io.File
import java.security.KeyPair
import java.security.cert.Certificate
import java.security.cert.CertificateFactory
import java.util.Base64

/**
 * Who attests the keys of the test's phones, below a root of its own: `bailing-test-attestation`, with what
 * it keeps in [authorities].
 */
internal class Factory(val authorities: File) {
    /** Makes root and authorities anew; the root's certificate goes to [root]. */
    fun found(root: File) {
        run("root", root.path, authorities.path)
    }

    /** The chain of a key, leaf first. */
    fun attest(pair: KeyPair, challenge: ByteArray): List<Certificate> {
        val certificates = CertificateFactory.getInstance("X.509")
        return run(
            "attest", "--authorities", authorities.path, "--public-key", pair.public.encoded.hex(),
            "--challenge", challenge.hex(), "--package", PACKAGE, "--signer", SIGNER,
        ).map { certificates.generateCertificate(Base64.getDecoder().decode(it).inputStream()) }
    }

    private fun run(vararg arguments: String): List<String> {
        val process = ProcessBuilder(PROGRAM.path, *arguments).redirectError(ProcessBuilder.Redirect.INHERIT).start()
        val said = process.inputStream.bufferedReader().readLines()
        check(process.waitFor() == 0) { "bailing-test-attestation ${arguments.first()} failed" }
        return said
    }

    private fun ByteArray.hex() = joinToString("") { "%02x".format(it) }

    companion object {
        val PROGRAM = File(System.getProperty("bailing.root")!!, "target/release/bailing-test-attestation")
        const val PACKAGE = "org.bailing.demo"

        /** SHA-256 of the certificate that signed the app, as the server is told it. */
        val SIGNER = "5a".repeat(32)
    }
}
