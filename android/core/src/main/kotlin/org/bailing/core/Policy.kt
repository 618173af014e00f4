package org.bailing.core

import org.bailing.core.generated.Policy as NativePolicy
import org.bailing.core.generated.PolicyTask

/**
 * What the bank asks of its phones, signed by it. Its thresholds hold in every capture that begins from then on.
 *
 * @property revision counts the bank's policies.
 * @property tasks the proofs that the bank takes, in the order in which it wants them shown; empty where it takes every
 * kind.
 */
public class Policy internal constructor(public val revision: Long, public val tasks: List<CaptureTask>) {
    internal companion object {
        fun of(native: NativePolicy) = Policy(native.revision.toLong(), native.tasks.map(::task))

        private fun task(task: PolicyTask): CaptureTask = when (val pages = task.pages.toLong()) {
            1L -> CaptureTask.Document(task.kind)
            else -> CaptureTask.Pages(task.kind, pages.coerceAtMost(CaptureTask.MOST.toLong()).toInt())
        }
    }
}
