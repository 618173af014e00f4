package org.bailing.demo

import android.graphics.Typeface
import android.graphics.drawable.GradientDrawable
import android.view.View

/** The quota, and why it is that. */
internal class QuotaScreen(
    private val pieces: Pieces,
    private val decision: QuotaDecision?,
    private val choose: (ProofKind) -> Unit,
) {
    fun view(): View = with(pieces) {
        page(R.string.quota_title) {
            if (decision == null) {
                below(card { addView(quiet(context.getString(R.string.quota_none), 16f)) }, 16)
                return@page
            }
            below(hero(decision), 16)
            hugging(verdict(decision.verdict), 14)
            lines(R.string.quota_reasons, decision.reasons)
            if (decision.read.isNotEmpty()) {
                below(heading(R.string.quota_read), 22)
                below(card { decision.read.forEachIndexed { index, (name, value) -> below(field(name, value), if (index == 0) 0 else 10) } }, 8)
            }
            lines(R.string.quota_unused, decision.unused)
            suggestions(decision.next)
        }
    }

    private fun Pieces.hero(decision: QuotaDecision) = column {
        background = GradientDrawable(
            GradientDrawable.Orientation.TL_BR,
            intArrayOf(colour(R.color.demo_hero_start), colour(R.color.demo_hero_end)),
        ).apply { cornerRadius = dp(24).toFloat() }
        setPadding(dp(22), dp(22), dp(22), dp(22))
        addView(
            text(yuan(decision.quotaYuan), 40f, R.color.bailing_on_scrim).apply {
                typeface = Typeface.create("sans-serif", Typeface.BOLD)
            },
        )
        below(QuotaBar(context, decision.beforeYuan, decision.quotaYuan), 14)
        below(text(context.getString(R.string.quota_before, yuan(decision.beforeYuan)), 14f, R.color.bailing_on_scrim), 12)
        below(text(context.getString(R.string.quota_uplift, yuan(decision.upliftYuan)), 14f, R.color.bailing_on_scrim), 2)
    }

    private fun android.widget.LinearLayout.lines(title: Int, lines: List<QuotaDecision.Line>) = with(pieces) {
        if (lines.isEmpty()) return@with
        below(heading(title), 22)
        below(
            card {
                lines.forEachIndexed { index, line ->
                    if (index > 0) below(hairline(), 12)
                    below(
                        row {
                            filling(text(line.text), end = 12)
                            if (line.yuan != 0L) addView(amount(line.yuan))
                        },
                        if (index == 0) 0 else 12,
                    )
                }
            },
            8,
        )
    }

    private fun android.widget.LinearLayout.suggestions(next: List<QuotaDecision.Line>) = with(pieces) {
        if (next.isEmpty()) return@with
        below(heading(R.string.quota_next), 22)
        next.forEachIndexed { index, line ->
            val kind = line.kind
            below(
                action({ kind?.let(choose) }) {
                    addView(
                        row {
                            addView(badge(kind?.icon ?: R.drawable.paper))
                            filling(text(line.text), start = 14, end = 12)
                            addView(amount(line.yuan))
                        },
                    )
                },
                if (index == 0) 8 else 10,
            )
        }
    }

    private fun Pieces.amount(yuan: Long) = text(
        change(yuan), 16f,
        if (yuan < 0) R.color.demo_on_bad_soft else R.color.bailing_accent, isBold = true,
    )

    private fun Pieces.field(name: String, value: String) = row {
        filling(quiet(nameOf(name)), end = 12)
        addView(text(value, 15f))
    }

    /** In the merchant's language; a field that a newer server reads, as it calls it. */
    private fun Pieces.nameOf(field: String): String {
        val known = context.resources.getIdentifier("field_$field", "string", context.packageName)
        return if (known == 0) field.replace('_', ' ') else context.getString(known)
    }
}
