package org.bailing.core

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import java.io.File
import java.io.FileOutputStream
import java.io.IOException
import java.security.GeneralSecurityException
import java.security.KeyStore
import java.security.ProviderException
import java.security.SecureRandom
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/**
 * The 32 bytes that the outbox is encrypted with at rest: random, and kept in [file] only wrapped by
 * an AES key that the Android Keystore never gives out.
 */
internal class StorageKey(private val file: File) {
    /**
     * The key, made at the first call.
     *
     * @throws BailingException `storage_key_lost` where the wrapped key is there and cannot be opened,
     *   as after a restore to another phone: [Bailing.erase] starts anew.
     */
    fun unwrap(): ByteArray = try {
        if (file.exists()) open(file.readBytes()) else make()
    } catch (failed: GeneralSecurityException) {
        throw lost(failed)
    } catch (failed: ProviderException) {
        throw lost(failed)
    } catch (failed: IOException) {
        throw BailingException("storage_failed", "the app's folder cannot be read or written", failed)
    }

    private fun open(wrapped: ByteArray): ByteArray {
        val key = store().getKey(ALIAS, null) as? SecretKey
        if (key == null || wrapped.size != NONCE + BYTES + TAG) throw lost(null)
        val cipher = Cipher.getInstance(CIPHER)
        cipher.init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(8 * TAG, wrapped, 0, NONCE))
        return cipher.doFinal(wrapped, NONCE, BYTES + TAG)
    }

    private fun make(): ByteArray {
        val generator = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, STORE)
        val purposes = KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT
        generator.init(
            KeyGenParameterSpec.Builder(ALIAS, purposes)
                .setKeySize(8 * BYTES)
                .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
                .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
                .build(),
        )
        val bytes = ByteArray(BYTES).also(SecureRandom()::nextBytes)
        val cipher = Cipher.getInstance(CIPHER)
        // The keystore chooses the nonce, and refuses one from outside.
        cipher.init(Cipher.ENCRYPT_MODE, generator.generateKey())
        val sealed = cipher.iv + cipher.doFinal(bytes)
        // Whole or not at all: a torn key would lose the outbox.
        val fresh = File(file.path + ".new")
        FileOutputStream(fresh).use {
            it.write(sealed)
            it.fd.sync()
        }
        if (!fresh.renameTo(file)) throw IOException("rename")
        return bytes
    }

    private fun store() = KeyStore.getInstance(STORE).apply { load(null) }

    private fun lost(cause: Exception?) = BailingException(
        "storage_key_lost", "what waited here can no longer be read: erase it and enrol again", cause,
    )

    private companion object {
        const val STORE = "AndroidKeyStore"
        const val ALIAS = "org.bailing.storage"
        const val CIPHER = "AES/GCM/NoPadding"
        const val BYTES = 32
        const val NONCE = 12
        const val TAG = 16
    }
}
