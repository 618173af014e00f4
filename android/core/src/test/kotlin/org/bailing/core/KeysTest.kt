package org.bailing.core

import java.io.File
import java.math.BigInteger
import java.security.Key
import java.security.PrivateKey
import java.security.Signature
import java.security.cert.CertificateFactory
import org.bailing.core.generated.NoHandle
import org.bailing.core.generated.Outbox
import org.bailing.core.generated.SdkException
import org.bailing.core.generated.SigningKey
import org.bailing.testing.FakeKeystore
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertSame
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [24, 35])
class KeysTest {
    @get:Rule
    val folder = TemporaryFolder()

    @Before
    fun install() = FakeKeystore.install()

    @Test
    fun `a device key signs, and its certificate carries the challenge`() {
        val key = HardwareKey.create(byteArrayOf(7, 7, 7))
        val proof = Proofs().also(key::proveTo)
        val leaf = CertificateFactory.getInstance("X.509").generateCertificate(proof.chain.first().inputStream())
        assertTrue(String(proof.chain.first(), Charsets.ISO_8859_1).contains("\u0007\u0007\u0007"))
        assertEquals(65, key.publicKey().size)
        assertTrue(leaf.publicKey.encoded.takeLast(65) == key.publicKey().toList())
        val message = "manifest".toByteArray()
        val raw = key.sign(message)
        val (r, s) = BigInteger(1, raw.copyOf(32)) to BigInteger(1, raw.copyOfRange(32, 64))
        val integers = listOf(r, s).map { it.toByteArray() }.fold(ByteArray(0)) { all, one -> all + byteArrayOf(2, one.size.toByte()) + one }
        Signature.getInstance("SHA256withECDSA", FakeKeystore.bouncyCastle).run {
            initVerify(leaf.publicKey)
            update(message)
            assertTrue(verify(byteArrayOf(0x30, integers.size.toByte()) + integers))
        }
        assertArrayEquals(key.publicKey(), HardwareKey.existing().publicKey())
        assertEquals(32, key.attestation()?.size)
        assertArrayEquals(key.attestation(), HardwareKey.existing().attestation())
        assertNotEquals(key.publicKey().toList(), HardwareKey.create(byteArrayOf(8)).publicKey().toList())
    }

    @Test
    @Config(sdk = [35])
    fun `StrongBox comes first, and the other hardware where there is none`() {
        HardwareKey.create(ByteArray(32))
        assertTrue(FakeKeystore.requests.single().isStrongBoxBacked)
        FakeKeystore.install()
        FakeKeystore.hasStrongBox = false
        HardwareKey.create(ByteArray(32))
        assertEquals(listOf(true, false), FakeKeystore.requests.map { it.isStrongBoxBacked })
    }

    @Test
    fun `what an emulator or an old phone holds is a key without an attestation`() {
        FakeKeystore.isHardware = false
        val emulated = HardwareKey.create(ByteArray(32))
        FakeKeystore.install()
        FakeKeystore.attests = false
        val old = HardwareKey.create(ByteArray(32))
        for (key in listOf(emulated, old)) {
            assertSame(key, Proofs().also(key::proveTo).possessed)
            assertNull(key.attestation())
            assertEquals(64, key.sign(ByteArray(1)).size)
        }
    }

    @Test
    fun `a key that is gone or no longer valid says so`() {
        assertEquals("key_lost", assertThrows(BailingException::class.java) { HardwareKey.existing() }.code)
        HardwareKey.create(ByteArray(32))
        FakeKeystore.kept.replaceAll { _, (_, chain) -> Invalidated to chain }
        val failed = assertThrows(SdkException.Failed::class.java) { HardwareKey.existing().sign(ByteArray(1)) }
        assertEquals("key_lost", failed.code)
        HardwareKey.erase()
        assertTrue(FakeKeystore.kept.isEmpty())
    }

    @Test
    fun `the storage key is the same again, and never lies in the open`() {
        val file = File(folder.root, "storage.key")
        val key = StorageKey(file).unwrap()
        assertArrayEquals(key, StorageKey(file).unwrap())
        assertEquals(32, key.size)
        assertFalse(file.readBytes().toList().windowed(32).contains(key.toList()))
        assertNotEquals(key.toList(), StorageKey(File(folder.root, "other")).unwrap().toList())
    }

    @Test
    fun `a storage key that cannot be opened says so`() {
        val file = File(folder.root, "storage.key")
        StorageKey(file).unwrap()
        val wrapped = file.readBytes()
        for (bad in listOf(ByteArray(0), wrapped.copyOf(59), wrapped.also { it[20] = (it[20] + 1).toByte() })) {
            file.writeBytes(bad)
            assertEquals("storage_key_lost", assertThrows(BailingException::class.java) { StorageKey(file).unwrap() }.code)
        }
        FakeKeystore.install()
        assertEquals("storage_key_lost", assertThrows(BailingException::class.java) { StorageKey(file).unwrap() }.code)
    }

    /** What a key proves itself by, where an outbox would be told. */
    private class Proofs : Outbox(NoHandle) {
        var chain = listOf<ByteArray>()
        var possessed: SigningKey? = null

        override fun attestedAndroid(certificates: List<ByteArray>) {
            chain = certificates
        }

        override fun provedByPossession(key: SigningKey) {
            possessed = key
        }
    }

    /** A key that its hardware no longer uses. */
    private object Invalidated : PrivateKey, Key {
        private fun readResolve(): Any = Invalidated
        override fun getAlgorithm() = "EC"
        override fun getFormat(): String? = null
        override fun getEncoded(): ByteArray? = null
    }
}
