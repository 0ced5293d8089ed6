package io.mailvane.appliance.node;

import io.mailvane.mail.LogLine;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node does again and again. A task that fails is an alarm, and runs again at its next time. */
final class Schedule implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Schedule.class);

    private final Scheduler scheduler;
    private final Map<String, Task> tasks = new ConcurrentHashMap<>();

    /** Something to be done now and then. */
    interface Task {
        void run() throws Exception;
    }

    /** Runs the task of its own name; never twice at once. */
    @DisallowConcurrentExecution
    private record NamedJob(Map<String, Task> tasks) implements Job {
        @Override
        @SuppressWarnings("IllegalCatch")
        public void execute(JobExecutionContext context) {
            var name = context.getJobDetail().getKey().getName();
            try {
                var task = tasks.get(name);
                if (task != null) {
                    task.run();
                }
            } catch (Exception e) {
                LOG.error(
                        "{}",
                        LogLine.event("alarm").field("what", "task-failed").field("task", name),
                        e);
            }
        }
    }

    private Schedule(Scheduler scheduler) throws SchedulerException {
        this.scheduler = scheduler;
        scheduler.setJobFactory((bundle, ignored) -> new NamedJob(tasks));
    }

    /** More than there are tasks that wait for storage: one that hangs keeps no look at it from its turn. */
    private static final String THREADS = "6";

    static Schedule start(String node) throws SchedulerException {
        var settings = new Properties();
        settings.setProperty("org.quartz.scheduler.instanceName", node);
        settings.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
        settings.setProperty("org.quartz.scheduler.makeSchedulerThreadDaemon", "true");
        settings.setProperty("org.quartz.threadPool.threadCount", THREADS);
        settings.setProperty("org.quartz.threadPool.makeThreadsDaemons", "true");
        var schedule = new Schedule(new StdSchedulerFactory(settings).getScheduler());
        schedule.scheduler.start();
        return schedule;
    }

    /** First after one {@code period}. */
    void every(Duration period, String name, Task task) throws SchedulerException {
        tasks.put(name, task);
        scheduler.scheduleJob(
                JobBuilder.newJob(NamedJob.class).withIdentity(name).build(),
                TriggerBuilder.newTrigger()
                        .withIdentity(name)
                        .startAt(java.util.Date.from(java.time.Instant.now().plus(period)))
                        .withSchedule(SimpleScheduleBuilder.simpleSchedule()
                                .withIntervalInMilliseconds(period.toMillis())
                                .repeatForever()
                                .withMisfireHandlingInstructionNextWithRemainingCount())
                        .build());
    }

    /** Waits for a task that runs. */
    @Override
    public void close() throws SchedulerException {
        scheduler.shutdown(true);
    }
}
