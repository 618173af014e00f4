package org.bailing.demo

import android.content.res.ColorStateList
import android.text.format.Formatter
import android.view.View
import android.widget.ProgressBar
import org.bailing.core.OutboxEntry
import org.bailing.core.UploadState

/** What waits, what is on its way, and what came back. */
internal class OutboxScreen(
    private val pieces: Pieces,
    private val entries: List<OutboxEntry>,
    private val decision: (OutboxEntry) -> QuotaDecision?,
    private val send: () -> Unit,
    private val open: (OutboxEntry) -> Unit,
    private val drop: (OutboxEntry) -> Unit,
) {
    fun view(): View = with(pieces) {
        page(R.string.outbox_title) {
            if (entries.isEmpty()) {
                below(card { addView(quiet(context.getString(R.string.outbox_empty), 16f)) }, 16)
            }
            entries.sortedByDescending { it.sealedAtUnixSeconds }.forEachIndexed { index, entry ->
                below(entry(entry), if (index == 0) 16 else 10)
            }
            if (entries.any { it.state is UploadState.Waiting || it.state is UploadState.Sending }) {
                below(button(R.string.outbox_send, pressed = send), 20)
            }
        }
    }

    private fun Pieces.entry(entry: OutboxEntry) = action({ open(entry) }) {
        val kind = entry.kinds.firstOrNull()?.let(ProofKind::of)
        addView(
            row {
                addView(badge(kind?.icon ?: R.drawable.paper))
                filling(
                    column {
                        addView(text(kind?.let { context.getString(it.label) } ?: entry.kinds.joinToString(), 17f, isBold = true))
                        addView(quiet("${moment(entry.sealedAtUnixSeconds)} · ${Formatter.formatShortFileSize(context, entry.bytes)}", 13f))
                    },
                    start = 14,
                )
            },
        )
        hugging(state(entry), 12)
        when (val state = entry.state) {
            is UploadState.Sending -> below(progress(state), 10)
            is UploadState.Refused -> hugging(button(R.string.state_dropped, isMain = false) { drop(entry) }, 4)
            else -> Unit
        }
    }

    private fun Pieces.state(entry: OutboxEntry): View = when (val state = entry.state) {
        UploadState.Waiting ->
            pill(context.getString(R.string.state_waiting), R.color.demo_warn_soft, R.color.demo_on_warn_soft)
        is UploadState.Sending ->
            pill(context.getString(R.string.state_sending, state.percent), R.color.demo_accent_soft, R.color.demo_on_accent_soft)
        UploadState.Received ->
            pill(context.getString(R.string.state_received), R.color.demo_accent_soft, R.color.demo_on_accent_soft)
        UploadState.Decided -> verdict(decision(entry)?.verdict)
        is UploadState.Refused ->
            pill(context.getString(R.string.state_refused, state.code), R.color.demo_bad_soft, R.color.demo_on_bad_soft)
    }

    private fun Pieces.progress(state: UploadState.Sending) =
        ProgressBar(context, null, android.R.attr.progressBarStyleHorizontal).apply {
            max = 100
            progress = state.percent
            progressTintList = ColorStateList.valueOf(colour(R.color.bailing_accent))
        }

    private val UploadState.Sending.percent get() = if (total > 0) (100 * sent / total).toInt() else 0
}

/** A verdict in words. */
internal fun Pieces.verdict(outcome: String?): View = when (outcome) {
    "accepted" -> pill(context.getString(R.string.verdict_accepted), R.color.demo_accent_soft, R.color.demo_on_accent_soft)
    "retake" -> pill(context.getString(R.string.verdict_retake), R.color.demo_warn_soft, R.color.demo_on_warn_soft)
    "rejected" -> pill(context.getString(R.string.verdict_rejected), R.color.demo_bad_soft, R.color.demo_on_bad_soft)
    else -> pill(context.getString(R.string.verdict_review), R.color.demo_warn_soft, R.color.demo_on_warn_soft)
}
