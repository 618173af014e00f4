package org.bailing.core

import org.bailing.core.generated.OutboxEntryState
import org.bailing.core.generated.OutboxEntry as NativeEntry

/**
 * A bundle in the outbox, for a list in the app.
 *
 * @property bundle its SHA-256 in hexadecimal, by which the server knows it too.
 * @property kinds the kinds of proof that were photographed, in order.
 * @property sealedAtUnixSeconds when it was signed, by the phone's clock.
 * @property bytes its length.
 * @property attempts how often sending it failed since it last got on.
 */
public class OutboxEntry internal constructor(
    public val bundle: String,
    public val kinds: List<String>,
    public val sealedAtUnixSeconds: Long,
    public val bytes: Long,
    public val attempts: Int,
    public val state: UploadState,
) {
    internal companion object {
        fun of(entry: NativeEntry) = OutboxEntry(
            entry.bundle, entry.kinds, entry.sealedAt, entry.bytes.toLong(),
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

    /** The server decided: [Bailing.decision] says what. */
    public object Decided : UploadState()

    /** The server will never take it: [code] as listed in `CODES.md`, [detail] in words. */
    public class Refused internal constructor(public val code: String, public val detail: String) : UploadState()

    internal companion object {
        fun of(state: OutboxEntryState): UploadState = when (state) {
            OutboxEntryState.Waiting -> Waiting
            is OutboxEntryState.Sending -> Sending(state.sent.toLong(), state.total.toLong())
            OutboxEntryState.Received -> Received
            OutboxEntryState.Decided -> Decided
            is OutboxEntryState.Refused -> Refused(state.code, state.detail)
        }
    }
}
