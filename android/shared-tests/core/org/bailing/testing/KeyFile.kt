package org.bailing.testing

import java.io.File
import java.security.Key
import java.security.KeyFactory
import java.security.cert.Certificate
import java.security.cert.CertificateFactory
import java.security.spec.PKCS8EncodedKeySpec
import java.util.Base64
import javax.crypto.spec.SecretKeySpec

/** The keys of a [FakeKeystore] on disk, so that they outlive its process as a phone's do: one a line. */
class KeyFile(private val file: File) {
    fun read(): Map<String, Pair<Key, List<Certificate>>> =
        if (file.exists()) file.readLines().associate(::entry) else mapOf()

    fun write(keys: Map<String, Pair<Key, List<Certificate>>>) = file.writeText(
        keys.entries.joinToString("") { (alias, entry) ->
            val (key, chain) = entry
            val encoded = (listOf(key.encoded) + chain.map { it.encoded }).map(Base64.getEncoder()::encodeToString)
            "$alias ${key.algorithm} ${encoded.joinToString(" ")}\n"
        },
    )

    private fun entry(line: String): Pair<String, Pair<Key, List<Certificate>>> {
        val (alias, algorithm) = line.split(' ')
        val encoded = line.split(' ').drop(2).map(Base64.getDecoder()::decode)
        val key = when (algorithm) {
            "AES" -> SecretKeySpec(encoded.first(), algorithm)
            else -> KeyFactory.getInstance("EC", FakeKeystore.bouncyCastle)
                .generatePrivate(PKCS8EncodedKeySpec(encoded.first()))
        }
        val factory = CertificateFactory.getInstance("X.509")
        return alias to (key to encoded.drop(1).map { factory.generateCertificate(it.inputStream()) })
    }
}
