package org.bailing.core

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context
import java.util.concurrent.Executors

/**
 * Goes on with the upload when there is a network, also after the app was closed.
 *
 * Needs [Bailing.open] in `Application.onCreate`. An app that has WorkManager may call
 * [Bailing.uploads] from a Worker instead; the README shows how.
 */
public class UploadService : JobService() {
    private val executor = Executors.newSingleThreadExecutor()

    override fun onStartJob(parameters: JobParameters): Boolean {
        val uploads = Bailing.current?.uploads ?: return false
        executor.execute {
            uploads.networkIsBack()
            uploads.start(Runnable::run)
            jobFinished(parameters, uploads.await(LONGEST_MILLISECONDS) is UploadJob.Outcome.Waiting)
        }
        return true
    }

    override fun onStopJob(parameters: JobParameters): Boolean {
        Bailing.current?.uploads?.stop()
        return true
    }

    override fun onDestroy() {
        executor.shutdown()
        super.onDestroy()
    }

    public companion object {
        private const val JOB = 0x6261696c

        /** The system ends jobs after ten minutes. */
        private const val LONGEST_MILLISECONDS = 9 * 60_000L
        private const val FIRST_BACKOFF_MILLISECONDS = 30_000L

        /** Has the system run the upload as soon as there is a network. */
        @JvmStatic
        public fun schedule(context: Context) {
            val job = JobInfo.Builder(JOB, ComponentName(context, UploadService::class.java))
                .setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY)
                .setBackoffCriteria(FIRST_BACKOFF_MILLISECONDS, JobInfo.BACKOFF_POLICY_EXPONENTIAL)
                .build()
            (context.getSystemService(Context.JOB_SCHEDULER_SERVICE) as JobScheduler).schedule(job)
        }
    }
}
