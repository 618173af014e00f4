package org.bailing.core

import org.bailing.core.generated.EntryState
import org.bailing.core.generated.OutboxEntry as NativeEntry

/**
 * A bundle in the outbox, for a list in the app.
 *
 * @property bundle its SHA-256 in hexadecimal, by which the server knows it too.
 * @property kind the kind of proof that was asked for.
 * @property sealedAtUnixSeconds when it was signed, by the phone's clock.
 * @property bytes its length.
 * @property attempts how often sending it was begun.
 */
public class OutboxEntry internal constructor(
    public val bundle: String,
    public val kind: String,
    public val sealedAtUnixSeconds: Long,
    public val bytes: Long,
    public val attempts: Int,
    public val state: UploadState,
) {
    internal companion object {
        fun of(entry: NativeEntry) = OutboxEntry(
            entry.bundle, entry.kind, entry.sealedAtUnix, entry.bytes.toLong(),
            entry.attempts.toInt(), UploadState.of(entry.state),
        )
    }
}

/** How far a bundle has come. */
public sealed class UploadState {
    /** Waits for a network. */
    public object Waiting : UploadState()

    /** [sent] of [total] bytes are at the server. */
    public class Sending internal constructor(public val sent: Long, public val total: Long) : UploadState()

    /** The server has it and is looking at it. */
    public object Received : UploadState()

    /** The server decided: [decision] is JSON, as `GET /api/v1/bundles/{sha256}` gives it. */
    public class Decided internal constructor(public val decision: String) : UploadState()

    /** The server will never take it: [code] as listed in `CODES.md`, [detail] in words. */
    public class Refused internal constructor(public val code: String, public val detail: String) : UploadState()

    internal companion object {
        fun of(state: EntryState): UploadState = when (state) {
            EntryState.Waiting -> Waiting
            is EntryState.Sending -> Sending(state.sent.toLong(), state.total.toLong())
            EntryState.Received -> Received
            is EntryState.Decided -> Decided(state.decision)
            is EntryState.Refused -> Refused(state.code, state.detail)
        }
    }
}
