package org.bailing.core

/** The two forms of a P-256 signature: Android gives ASN.1, COSE wants r ‖ s. */
internal object EcdsaSignature {
    private const val SEQUENCE = 0x30
    private const val INTEGER = 0x02
    private const val SCALAR = 32

    /**
     * `SEQUENCE { INTEGER r, INTEGER s }` in DER (X9.62) to r ‖ s, 64 bytes.
     *
     * @throws BailingException `key_failed` for anything else, also with bytes left over.
     */
    fun raw(der: ByteArray): ByteArray {
        // Two integers of at most 33 bytes each: every length fits into one byte.
        require(der.size in 8..72 && der[0].toInt() == SEQUENCE && der[1].toInt() == der.size - 2)
        val raw = ByteArray(2 * SCALAR)
        val second = scalar(der, 2, raw, 0)
        require(scalar(der, second, raw, SCALAR) == der.size)
        return raw
    }

    /** Reads the integer at [start] into the 32 bytes of [raw] at [at]; gives where the next begins. */
    private fun scalar(der: ByteArray, start: Int, raw: ByteArray, at: Int): Int {
        require(start + 2 < der.size && der[start].toInt() == INTEGER)
        val length = der[start + 1].toInt()
        val end = start + 2 + length
        require(length in 1..SCALAR + 1 && end <= der.size)
        var first = start + 2
        require(der[first] >= 0)
        if (length > 1 && der[first].toInt() == 0) {
            // A zero keeps the sign, and stands nowhere else.
            require(der[++first] < 0)
        }
        require(end - first <= SCALAR)
        der.copyInto(raw, at + SCALAR - (end - first), first, end)
        return end
    }

    private fun require(holds: Boolean) {
        if (!holds) {
            throw BailingException("key_failed", "the key store gave a signature that is not ECDSA's")
        }
    }
}
