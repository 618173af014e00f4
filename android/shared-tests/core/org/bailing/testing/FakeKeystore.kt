package org.bailing.testing

import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyInfo
import android.security.keystore.KeyPermanentlyInvalidatedException
import java.io.InputStream
import java.io.OutputStream
import java.math.BigInteger
import java.security.InvalidKeyException
import java.security.Key
import java.security.KeyFactorySpi
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.KeyPairGeneratorSpi
import java.security.KeyStoreSpi
import java.security.PrivateKey
import java.security.Provider
import java.security.ProviderException
import java.security.PublicKey
import java.security.SecureRandom
import java.security.Security
import java.security.Signature
import java.security.SignatureSpi
import java.security.cert.Certificate
import java.security.cert.CertificateFactory
import java.security.spec.AlgorithmParameterSpec
import java.security.spec.ECGenParameterSpec
import java.security.spec.KeySpec
import java.util.Collections
import java.util.Date
import java.util.Enumeration
import javax.crypto.KeyGeneratorSpi
import javax.crypto.SecretKey
import org.bouncycastle.asn1.ASN1Integer
import org.bouncycastle.asn1.ASN1ObjectIdentifier
import org.bouncycastle.asn1.DERBitString
import org.bouncycastle.asn1.DEROctetString
import org.bouncycastle.asn1.DERSequence
import org.bouncycastle.asn1.x500.X500Name
import org.bouncycastle.asn1.x509.AlgorithmIdentifier
import org.bouncycastle.asn1.x509.Extension
import org.bouncycastle.asn1.x509.Extensions
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo
import org.bouncycastle.asn1.x509.Time
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator
import org.bouncycastle.jce.provider.BouncyCastleProvider
import org.robolectric.util.ReflectionHelpers
import sun.misc.Unsafe

/**
 * "AndroidKeyStore" on a desktop: the code under test asks Java for it by that name and gets keys in
 * memory, with a certificate that carries the challenge.
 */
object FakeKeystore : Provider("AndroidKeyStore", "1", "for tests") {
    val kept = mutableMapOf<String, Pair<Key, List<Certificate>>>()
    private var file: KeyFile? = null
    private var certify: (KeyPair, challenge: ByteArray) -> List<Certificate> = ::attested
    val requests = mutableListOf<KeyGenParameterSpec>()
    var hasStrongBox = true

    /** As on an old phone, which can make keys but refuses to attest them. */
    var attests = true

    /** As on an emulator, whose keys are attested and yet lie in memory. */
    var isHardware = true

    /** Whose curves Robolectric leaves alone. */
    val bouncyCastle = BouncyCastleProvider()

    private fun readResolve(): Any = FakeKeystore

    /**
     * Takes the system's place, empty or with the keys that are in [file] already.
     *
     * @param certify who attests a new key over a challenge: its certificates, leaf first.
     */
    fun install(
        file: KeyFile? = null,
        certify: (KeyPair, challenge: ByteArray) -> List<Certificate> = ::attested,
    ) {
        this.file = file
        this.certify = certify
        kept.clear()
        file?.let { kept += it.read() }
        requests.clear()
        hasStrongBox = true
        attests = true
        isHardware = true
        put("KeyStore.AndroidKeyStore", Store::class.java.name)
        put("KeyPairGenerator.EC", Pairs::class.java.name)
        put("KeyFactory.EC", Facts::class.java.name)
        put("KeyGenerator.AES", Secrets::class.java.name)
        put("Signature.SHA256withECDSA", Refusing::class.java.name)
        Security.removeProvider(name)
        Security.addProvider(this)
    }

    private fun keep(alias: String, key: Key, chain: List<Certificate>) {
        kept[alias] = key to chain
        file?.write(kept)
    }

    class Pairs : KeyPairGeneratorSpi() {
        private lateinit var wanted: KeyGenParameterSpec

        override fun initialize(params: AlgorithmParameterSpec, random: SecureRandom?) {
            wanted = params as KeyGenParameterSpec
            requests += wanted
        }

        override fun initialize(keysize: Int, random: SecureRandom?) = throw UnsupportedOperationException()

        override fun generateKeyPair(): KeyPair {
            val isWanted = Build.VERSION.SDK_INT >= Build.VERSION_CODES.P && wanted.isStrongBoxBacked
            if (isWanted && !hasStrongBox) throw ProviderException("no StrongBox")
            val challenge: ByteArray? = wanted.attestationChallenge
            if (challenge != null && !attests) throw ProviderException("no attestation")
            val pair = KeyPairGenerator.getInstance("EC", bouncyCastle).run {
                initialize(ECGenParameterSpec("secp256r1"))
                generateKeyPair()
            }
            val chain = if (challenge == null) listOf(certificate(pair.public, pair)) else certify(pair, challenge)
            keep(wanted.keystoreAlias, pair.private, chain)
            return pair
        }
    }

    private fun attested(pair: KeyPair, challenge: ByteArray): List<Certificate> {
        val root = KeyPairGenerator.getInstance("EC", bouncyCastle).run {
            initialize(ECGenParameterSpec("secp256r1"))
            generateKeyPair()
        }
        return listOf(certificate(pair.public, root, challenge), certificate(root.public, root))
    }

    private fun certificate(of: PublicKey, by: KeyPair, challenge: ByteArray? = null): Certificate {
        val ecdsa = AlgorithmIdentifier(ASN1ObjectIdentifier("1.2.840.10045.4.3.2"))
        val claims = V3TBSCertificateGenerator().apply {
            setSerialNumber(ASN1Integer(BigInteger.ONE))
            setSignature(ecdsa)
            setIssuer(X500Name("CN=test"))
            setSubject(X500Name("CN=test"))
            setStartDate(Time(Date(0)))
            setEndDate(Time(Date(4_000_000_000_000)))
            setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(of.encoded))
            if (challenge != null) {
                val attestation = ASN1ObjectIdentifier("1.3.6.1.4.1.11129.2.1.17")
                setExtensions(Extensions(Extension(attestation, false, DEROctetString(challenge))))
            }
        }.generateTBSCertificate()
        val signature = Signature.getInstance("SHA256withECDSA", bouncyCastle).run {
            initSign(by.private)
            update(claims.encoded)
            sign()
        }
        val whole = DERSequence(arrayOf(claims, ecdsa, DERBitString(signature)))
        return CertificateFactory.getInstance("X.509").generateCertificate(whole.encoded.inputStream())
    }

    /** The platform alone makes one, and its constructor changes from one version to the next. */
    private fun keyInfo(): KeyInfo {
        val info = Unsafe::class.java.getDeclaredField("theUnsafe").run {
            isAccessible = true
            (get(null) as Unsafe).allocateInstance(KeyInfo::class.java) as KeyInfo
        }
        ReflectionHelpers.setField(info, "mInsideSecureHardware", isHardware)
        return info
    }

    /** Says of a key whether hardware holds it. */
    class Facts : KeyFactorySpi() {
        override fun <T : KeySpec> engineGetKeySpec(key: Key, kind: Class<T>): T =
            kind.cast(keyInfo())

        override fun engineGeneratePublic(spec: KeySpec) = throw UnsupportedOperationException()
        override fun engineGeneratePrivate(spec: KeySpec) = throw UnsupportedOperationException()
        override fun engineTranslateKey(key: Key) = throw UnsupportedOperationException()
    }

    class Secrets : KeyGeneratorSpi() {
        private lateinit var wanted: KeyGenParameterSpec

        override fun engineInit(params: AlgorithmParameterSpec, random: SecureRandom?) {
            wanted = params as KeyGenParameterSpec
        }

        override fun engineInit(random: SecureRandom?) = throw UnsupportedOperationException()
        override fun engineInit(keysize: Int, random: SecureRandom?) = throw UnsupportedOperationException()

        override fun engineGenerateKey(): SecretKey {
            val bytes = ByteArray(wanted.keySize / 8).also(SecureRandom()::nextBytes)
            return javax.crypto.spec.SecretKeySpec(bytes, "AES").also { keep(wanted.keystoreAlias, it, listOf()) }
        }
    }

    /** What Java comes to last, for a key that no other provider can use. */
    class Refusing : SignatureSpi() {
        override fun engineInitSign(key: PrivateKey) = throw KeyPermanentlyInvalidatedException()
        override fun engineInitVerify(key: PublicKey) = throw InvalidKeyException()
        override fun engineUpdate(byte: Byte) = Unit
        override fun engineUpdate(bytes: ByteArray, offset: Int, length: Int) = Unit
        override fun engineSign() = ByteArray(0)
        override fun engineVerify(signature: ByteArray) = false

        @Deprecated("Java's own")
        override fun engineSetParameter(parameter: String, value: Any) = Unit

        @Deprecated("Java's own")
        override fun engineGetParameter(parameter: String): Any? = null
    }

    class Store : KeyStoreSpi() {
        override fun engineLoad(stream: InputStream?, password: CharArray?) = Unit
        override fun engineGetKey(alias: String, password: CharArray?): Key? = kept[alias]?.first
        override fun engineGetCertificateChain(alias: String): Array<Certificate>? = kept[alias]?.second?.toTypedArray()
        override fun engineGetCertificate(alias: String): Certificate? = kept[alias]?.second?.firstOrNull()
        override fun engineDeleteEntry(alias: String) {
            kept.remove(alias)
            file?.write(kept)
        }
        override fun engineContainsAlias(alias: String) = alias in kept
        override fun engineIsKeyEntry(alias: String) = alias in kept
        override fun engineAliases(): Enumeration<String> = Collections.enumeration(kept.keys)
        override fun engineSize() = kept.size
        override fun engineIsCertificateEntry(alias: String) = false
        override fun engineGetCreationDate(alias: String) = Date(0)
        override fun engineGetCertificateAlias(certificate: Certificate?): String? = null
        override fun engineStore(stream: OutputStream?, password: CharArray?) = throw UnsupportedOperationException()
        override fun engineSetKeyEntry(alias: String, key: Key, password: CharArray?, chain: Array<Certificate>?) = throw UnsupportedOperationException()
        override fun engineSetKeyEntry(alias: String, key: ByteArray, chain: Array<Certificate>?) = throw UnsupportedOperationException()
        override fun engineSetCertificateEntry(alias: String, certificate: Certificate?) = throw UnsupportedOperationException()
    }
}
