package org.bailing.demo

import android.text.InputType
import android.util.TypedValue
import android.view.View
import android.widget.EditText
import org.bailing.core.EnrolmentState

/** Links the phone to a merchant: the first thing that a merchant sees. */
internal class EnrolScreen(
    private val pieces: Pieces,
    private val state: EnrolmentState,
    private val origin: String,
    private val enrol: (origin: String, merchantId: String) -> Unit,
) {
    fun view(): View = with(pieces) {
        page(null) {
            hugging(badge(R.drawable.shield), 12)
            below(text(R.string.enrol_title, 30f, isBold = true), 20)
            below(quiet(context.getString(R.string.enrol_text), 16f), 10)
            below(steps(), 20)
            val server = field(R.string.enrol_server, origin, InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_VARIATION_URI)
            val merchant = field(R.string.enrol_merchant, "", InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_NO_SUGGESTIONS)
            below(labelled(R.string.enrol_merchant, merchant), 20)
            below(labelled(R.string.enrol_server, server), 12)
            when (state) {
                is EnrolmentState.Pending -> hugging(
                    pill(context.getString(R.string.enrol_pending), R.color.demo_accent_soft, R.color.demo_on_accent_soft), 16,
                )
                is EnrolmentState.Refused -> hugging(
                    pill(context.getString(R.string.enrol_refused, state.code), R.color.demo_bad_soft, R.color.demo_on_bad_soft), 16,
                )
                else -> Unit
            }
            below(
                button(R.string.enrol_action) {
                    val address = server.text.toString().trim().trimEnd('/')
                    if (!address.matches(ORIGIN)) {
                        server.error = context.getString(R.string.enrol_bad_server)
                    } else if (merchant.text.isNotBlank()) {
                        enrol(address, merchant.text.toString().trim())
                    }
                },
                20,
            )
        }
    }

    private fun Pieces.steps() = card {
        val steps = listOf(
            Triple(R.drawable.camera, R.string.step_photo, R.string.step_photo_text),
            Triple(R.drawable.shield, R.string.step_sign, R.string.step_sign_text),
            Triple(R.drawable.tab_quota, R.string.step_quota, R.string.step_quota_text),
        )
        steps.forEachIndexed { index, (icon, title, text) ->
            below(
                row {
                    addView(badge(icon))
                    filling(
                        column {
                            addView(text(title, 16f, isBold = true))
                            addView(quiet(context.getString(text)))
                        },
                        start = 14,
                    )
                },
                if (index == 0) 0 else 14,
            )
        }
    }

    private fun Pieces.labelled(label: Int, field: EditText) = column {
        addView(
            quiet(context.getString(label), 13f).apply {
                field.id = View.generateViewId()
                labelFor = field.id
            },
        )
        below(field, 4)
    }

    private fun Pieces.field(label: Int, value: String, type: Int) = EditText(context).apply {
        inputType = type
        setText(value)
        contentDescription = context.getString(label)
        setTextSize(TypedValue.COMPLEX_UNIT_SP, 16f)
        setTextColor(colour(R.color.bailing_on_surface))
        background = shape(colour(R.color.bailing_surface), 14)
        setPadding(dp(16), dp(14), dp(16), dp(14))
        minHeight = dp(52)
    }

    private companion object {
        val ORIGIN = Regex("https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")
    }
}
