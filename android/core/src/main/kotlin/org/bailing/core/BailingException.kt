package org.bailing.core

import org.bailing.core.generated.InternalException
import org.bailing.core.generated.SdkException

/**
 * Why a call did not do what it was for.
 *
 * @property code stable, the same on every platform and over HTTP, as listed in `CODES.md`.
 * @property detail what happened and what to do. Holds no user data: it may be logged.
 */
public class BailingException(
    public val code: String,
    public val detail: String,
    cause: Throwable? = null,
) : Exception("$code: $detail", cause)

/** Runs [call], and gives what the native library threw as a [BailingException]. */
internal inline fun <T> calling(call: () -> T): T = try {
    call()
} catch (failed: SdkException.Failed) {
    throw BailingException(failed.code, failed.detail, failed)
} catch (failed: InternalException) {
    throw BailingException("sdk_failed", "the library failed: report it", failed)
}
