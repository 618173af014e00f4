package org.bailing.core

import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyInfo
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import java.security.GeneralSecurityException
import java.security.KeyFactory
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.MessageDigest
import java.security.PrivateKey
import java.security.ProviderException
import java.security.Signature
import java.security.UnrecoverableKeyException
import java.security.cert.X509Certificate
import java.security.interfaces.ECPublicKey
import java.security.spec.ECGenParameterSpec
import org.bailing.core.generated.KeyAlgorithm
import org.bailing.core.generated.OutboxInterface
import org.bailing.core.generated.SdkException
import org.bailing.core.generated.SigningKey

/**
 * The phone's P-256 key in the Android Keystore: it never leaves the hardware, and a chain of
 * certificates up to Google's root says so (Android Key Attestation). An emulator, and a phone made for
 * an Android before 8, has no such chain.
 */
internal class HardwareKey private constructor(
    private val privateKey: PrivateKey,
    /** Certificates in DER, leaf first; none where nothing attests the key. */
    private val chain: List<ByteArray>,
    private val point: ByteArray,
) : SigningKey {
    /** What nothing attests can but sign; whether that is enough is the server's to say. */
    fun proveTo(outbox: OutboxInterface) {
        if (chain.isEmpty()) outbox.provedByPossession(this) else outbox.attestedAndroid(chain)
    }

    override fun publicKey(): ByteArray = point

    override fun algorithm(): KeyAlgorithm = KeyAlgorithm.ES256

    override fun attestation(): ByteArray? {
        if (chain.isEmpty()) return null
        val digest = MessageDigest.getInstance("SHA-256")
        chain.forEach(digest::update)
        return digest.digest()
    }

    override fun sign(message: ByteArray): ByteArray = try {
        val signature = Signature.getInstance("SHA256withECDSA")
        signature.initSign(privateKey)
        signature.update(message)
        EcdsaSignature.raw(signature.sign())
    } catch (failed: GeneralSecurityException) {
        throw failure(failed).native()
    } catch (failed: ProviderException) {
        throw failure(failed).native()
    } catch (failed: BailingException) {
        throw failed.native()
    }

    companion object {
        private const val STORE = "AndroidKeyStore"
        private const val ALIAS = "org.bailing.device"

        /**
         * Makes a new key in the place of any before it, attested over the server's [challenge]: in
         * StrongBox where the phone has one, else in the trusted execution environment; unattested where
         * neither attests.
         */
        fun create(challenge: ByteArray): HardwareKey = keeping {
            val generator = KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, STORE)
            val isMade = Build.VERSION.SDK_INT >= Build.VERSION_CODES.P &&
                generator.makes { setIsStrongBoxBacked(true).setAttestationChallenge(challenge) } ||
                generator.makes { setAttestationChallenge(challenge) }
            if (!isMade) {
                generator.initialize(specification {})
                generator.generateKeyPair()
            }
            existing()
        }

        /**
         * The key made before.
         *
         * @throws BailingException `key_lost` where it is gone or invalid: enrol again.
         */
        fun existing(): HardwareKey = keeping {
            val store = KeyStore.getInstance(STORE).apply { load(null) }
            val key = store.getKey(ALIAS, null) as? PrivateKey
            val chain = store.getCertificateChain(ALIAS)
            val leaf = chain?.firstOrNull() as? X509Certificate
            val public = leaf?.publicKey as? ECPublicKey
            if (key == null || public == null) {
                throw BailingException("key_lost", "the phone has no device key: enrol again")
            }
            val attests = chain.size > 1 && isInHardware(key)
            HardwareKey(key, if (attests) chain.map { it.encoded } else listOf(), uncompressed(public))
        }

        /** Forgets the key, with everything that only it could sign. */
        fun erase() = keeping {
            KeyStore.getInstance(STORE).apply { load(null) }.deleteEntry(ALIAS)
        }

        private fun KeyPairGenerator.makes(options: KeyGenParameterSpec.Builder.() -> Unit): Boolean =
            try {
                initialize(specification(options))
                generateKeyPair()
                true
            } catch (absent: ProviderException) {
                // None is there, or it refuses to attest: the other hardware may still do.
                false
            }

        /** An emulator keeps keys in software, below a root that attests nothing. */
        @Suppress("DEPRECATION") // What replaces it is API 31's.
        private fun isInHardware(key: PrivateKey): Boolean = KeyFactory.getInstance(key.algorithm, STORE)
            .getKeySpec(key, KeyInfo::class.java)
            .isInsideSecureHardware

        private fun specification(options: KeyGenParameterSpec.Builder.() -> Unit) =
            KeyGenParameterSpec.Builder(ALIAS, KeyProperties.PURPOSE_SIGN)
                .setAlgorithmParameterSpec(ECGenParameterSpec("secp256r1"))
                .setDigests(KeyProperties.DIGEST_SHA256)
                .apply(options)
                .build()

        /** SEC 1's uncompressed point: 4, x, y; 65 bytes. */
        private fun uncompressed(key: ECPublicKey): ByteArray {
            val point = ByteArray(1 + 2 * COORDINATE)
            point[0] = 4
            listOf(key.w.affineX, key.w.affineY).forEachIndexed { index, coordinate ->
                // With a sign byte before it, or without leading zeros.
                val bytes = coordinate.toByteArray().let {
                    if (it.size > COORDINATE) it.copyOfRange(it.size - COORDINATE, it.size) else it
                }
                bytes.copyInto(point, 1 + COORDINATE * (index + 1) - bytes.size)
            }
            return point
        }

        private const val COORDINATE = 32

        private inline fun <T> keeping(call: () -> T): T = try {
            call()
        } catch (failed: GeneralSecurityException) {
            throw failure(failed)
        } catch (failed: ProviderException) {
            throw failure(failed)
        }

        private fun failure(cause: Exception): BailingException {
            val lost = cause is KeyPermanentlyInvalidatedException || cause is UnrecoverableKeyException
            return if (lost) {
                BailingException("key_lost", "the phone's device key is no longer valid: enrol again", cause)
            } else {
                BailingException("key_failed", "the key store failed (${cause.javaClass.simpleName})", cause)
            }
        }

        private fun BailingException.native() = SdkException.Failed(code, detail)
    }
}
