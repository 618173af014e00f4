package org.bailing.core

import org.bailing.core.generated.Enrolment

/** Whether the server knows this phone's key. */
public sealed class EnrolmentState {
    /** Nobody asked yet. */
    public object Absent : EnrolmentState()

    /** Asked for, and done as soon as the server is reached. */
    public class Pending internal constructor(public val merchantId: String) : EnrolmentState()

    /**
     * The server knows the key.
     *
     * @property keyId SHA-256 of the public key, in hexadecimal.
     * @property grade what its proof was worth: A (StrongBox) to D (software); null where the answer that
     *   said so was lost.
     */
    public class Enrolled internal constructor(
        public val merchantId: String,
        public val keyId: String,
        public val grade: String?,
    ) : EnrolmentState() {
        internal constructor(native: Enrolment) : this(native.merchantId, native.keyId, native.grade)
    }

    /** The server does not take this phone: [code] as listed in `CODES.md`. */
    public class Refused internal constructor(public val code: String, public val detail: String) : EnrolmentState()
}
