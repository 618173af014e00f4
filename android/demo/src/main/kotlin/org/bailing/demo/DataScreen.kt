package org.bailing.demo

import android.graphics.Typeface
import android.text.format.Formatter
import android.view.View
import org.bailing.core.EnrolmentState
import org.bailing.core.OutboxEntry

/** What this phone holds and sends, and how to be rid of it. */
internal class DataScreen(
    private val pieces: Pieces,
    private val enrolment: EnrolmentState,
    private val entries: List<OutboxEntry>,
    private val erase: () -> Unit,
) {
    fun view(): View = with(pieces) {
        page(R.string.data_title) {
            if (enrolment is EnrolmentState.Enrolled) {
                below(
                    card {
                        addView(field(R.string.data_merchant, enrolment.merchantId))
                        below(hairline())
                        below(field(R.string.data_key, enrolment.keyId.take(16) + "…", isCode = true))
                        below(hairline())
                        below(field(R.string.data_grade, grade(enrolment.grade.orEmpty())))
                    },
                    16,
                )
            }
            below(heading(R.string.data_what), 22)
            below(
                card {
                    addView(text(R.string.data_what_text))
                    below(hairline(), 14)
                    val size = Formatter.formatShortFileSize(context, entries.sumOf { it.bytes })
                    below(quiet(context.getString(R.string.data_waiting, entries.size, size)), 14)
                },
                8,
            )
            below(
                button(R.string.data_erase, isMain = false, pressed = erase).apply {
                    setTextColor(colour(R.color.demo_on_bad_soft))
                    background = shape(colour(R.color.demo_bad_soft), 27)
                },
                24,
            )
        }
    }

    private fun Pieces.field(label: Int, value: String, isCode: Boolean = false) = column {
        addView(quiet(context.getString(label), 13f))
        below(text(value, 17f).apply { if (isCode) typeface = Typeface.MONOSPACE }, 2)
    }

    private fun Pieces.grade(grade: String) = when (grade.uppercase()) {
        "A" -> context.getString(R.string.grade_a)
        "B" -> context.getString(R.string.grade_b)
        "C" -> context.getString(R.string.grade_c)
        "D" -> context.getString(R.string.grade_d)
        else -> grade
    }
}
