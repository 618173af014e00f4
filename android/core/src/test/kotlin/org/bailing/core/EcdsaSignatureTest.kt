package org.bailing.core

import java.math.BigInteger
import java.security.KeyPairGenerator
import java.security.Signature
import java.security.spec.ECGenParameterSpec
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Test

class EcdsaSignatureTest {
    private fun der(r: BigInteger, s: BigInteger): ByteArray {
        val integers = listOf(r, s).map { it.toByteArray() }
            .fold(ByteArray(0)) { all, one -> all + byteArrayOf(2, one.size.toByte()) + one }
        return byteArrayOf(0x30, integers.size.toByte()) + integers
    }

    @Test
    fun `real signatures keep both numbers`() {
        val pairs = KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec("secp256r1")) }
        val pair = pairs.generateKeyPair()
        // Enough for numbers with a sign byte, without one, and short ones.
        repeat(600) { round ->
            val signature = Signature.getInstance("SHA256withECDSA").run {
                initSign(pair.private)
                update(round.toString().toByteArray())
                sign()
            }
            val raw = EcdsaSignature.raw(signature)
            assertEquals(64, raw.size)
            val again = der(BigInteger(1, raw.copyOf(32)), BigInteger(1, raw.copyOfRange(32, 64)))
            assertArrayEquals(signature, again)
        }
    }

    @Test
    fun `short numbers are padded on the left`() {
        val raw = EcdsaSignature.raw(der(BigInteger.ONE, BigInteger.valueOf(128)))
        assertEquals(1, raw[31].toInt())
        assertEquals(128, raw[63].toInt() and 0xff)
        assertEquals(2, raw.count { it.toInt() != 0 })
    }

    @Test
    fun `anything else is refused`() {
        val good = der(BigInteger.ONE.shiftLeft(255), BigInteger.TEN)
        val bad = List(good.size) { good.copyOf(it) } + listOf(
            good + 0,
            der(BigInteger.ONE.shiftLeft(256), BigInteger.TEN),
            der(BigInteger.TEN.negate(), BigInteger.TEN),
            byteArrayOf(0x30, 8, 2, 2, 0, 1, 2, 2, 0, 1),
            byteArrayOf(0x30, 6, 2, 0, 2, 2, 1, 1),
            byteArrayOf(0x31) + good.drop(1),
        )
        bad.forEach { signature ->
            val failed = assertThrows(BailingException::class.java) { EcdsaSignature.raw(signature) }
            assertEquals("key_failed", failed.code)
        }
    }
}
