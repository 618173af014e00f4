package org.bailing.demo

import android.view.View

/** What the merchant can photograph; what the last decision suggests comes first. */
internal class TasksScreen(
    private val pieces: Pieces,
    private val tickets: Int,
    private val decision: QuotaDecision?,
    private val choose: (ProofKind) -> Unit,
) {
    fun view(): View = with(pieces) {
        page(R.string.tasks_title) {
            hugging(
                pill(
                    context.getString(R.string.tasks_tickets, tickets),
                    if (tickets > 0) R.color.demo_accent_soft else R.color.demo_warn_soft,
                    if (tickets > 0) R.color.demo_on_accent_soft else R.color.demo_on_warn_soft,
                ),
                10,
            )
            val gains = decision?.next.orEmpty().filter { it.kind != null }.associate { it.kind to it.yuan }
            val suggested = ProofKind.entries.filter { it in gains }.sortedByDescending { gains[it] }
            for ((index, kind) in (suggested + ProofKind.entries.filter { it !in gains }).withIndex()) {
                below(task(kind, gains[kind] ?: kind.mostYuan), if (index == 0) 16 else 10)
            }
        }
    }

    private fun Pieces.task(kind: ProofKind, gain: Long) = action({ choose(kind) }) {
        addView(
            row {
                addView(badge(kind.icon))
                filling(
                    column {
                        addView(text(kind.label, 17f, isBold = true))
                        addView(quiet(context.getString(kind.request)))
                    },
                    start = 14,
                )
            },
        )
        below(
            row {
                addView(
                    pill(context.getString(R.string.gain, yuan(gain)), R.color.demo_accent_soft, R.color.demo_on_accent_soft),
                )
                filling(quiet(context.getString(R.string.minutes, kind.minutes), 13f), start = 10)
            },
            12,
        )
    }
}
