/* The learning management system around the page: SCORM 1.2 ("API") or SCORM 2004 ("API_1484_11"); without one nothing
   is reported and the course still works. */
(function () {
  "use strict";
  const FARTHEST = 500;

  function find(name) {
    function above(from) {
      let at = from;
      for (let steps = 0; at && steps < FARTHEST; steps += 1) {
        try {
          if (at[name]) return at[name];
        } catch (error) {
          return null; // a frame of another origin
        }
        if (at === at.parent) return null;
        at = at.parent;
      }
      return null;
    }
    return above(window) || (window.opener ? above(window.opener) : null);
  }

  function two(number) {
    return String(number).padStart(2, "0");
  }

  function clock(milliseconds) {
    const hundredths = Math.round(milliseconds / 10);
    const hours = Math.min(Math.floor(hundredths / 360000), 9999);
    const minutes = Math.floor(hundredths / 6000) % 60;
    return { hours, minutes, seconds: Math.floor(hundredths / 100) % 60, hundredths: hundredths % 100 };
  }

  function old(api) {
    return {
      begin: () => api.LMSInitialize(""),
      resume() {
        return { state: api.LMSGetValue("cmi.suspend_data"), place: api.LMSGetValue("cmi.core.lesson_location") };
      },
      report(told) {
        if (told.isDone && told.score !== null) {
          api.LMSSetValue("cmi.core.score.min", "0");
          api.LMSSetValue("cmi.core.score.max", "100");
          api.LMSSetValue("cmi.core.score.raw", String(told.score));
        }
        const judged = told.hasPassed === null ? "completed" : told.hasPassed ? "passed" : "failed";
        api.LMSSetValue("cmi.core.lesson_status", told.isDone ? judged : "incomplete");
        api.LMSSetValue("cmi.core.lesson_location", told.place);
        api.LMSSetValue("cmi.suspend_data", told.state);
        api.LMSCommit("");
      },
      end(milliseconds, isOver) {
        const t = clock(milliseconds);
        const shown = `${String(t.hours).padStart(4, "0")}:${two(t.minutes)}:${two(t.seconds)}.${two(t.hundredths)}`;
        api.LMSSetValue("cmi.core.session_time", shown);
        api.LMSSetValue("cmi.core.exit", isOver ? "" : "suspend");
        api.LMSCommit("");
        api.LMSFinish("");
      },
    };
  }

  function recent(api) {
    return {
      begin: () => api.Initialize(""),
      resume() {
        return { state: api.GetValue("cmi.suspend_data"), place: api.GetValue("cmi.location") };
      },
      report(told) {
        if (told.isDone && told.score !== null) {
          api.SetValue("cmi.score.min", "0");
          api.SetValue("cmi.score.max", "100");
          api.SetValue("cmi.score.raw", String(told.score));
          api.SetValue("cmi.score.scaled", String(told.score / 100));
        }
        api.SetValue("cmi.progress_measure", String(told.progress));
        api.SetValue("cmi.completion_status", told.isDone ? "completed" : "incomplete");
        if (told.isDone && told.hasPassed !== null) {
          api.SetValue("cmi.success_status", told.hasPassed ? "passed" : "failed");
        }
        api.SetValue("cmi.location", told.place);
        api.SetValue("cmi.suspend_data", told.state);
        api.Commit("");
      },
      end(milliseconds, isOver) {
        const t = clock(milliseconds);
        const part = t.hundredths ? `.${two(t.hundredths)}` : "";
        api.SetValue("cmi.session_time", `PT${t.hours}H${t.minutes}M${t.seconds}${part}S`);
        api.SetValue("cmi.exit", isOver ? "normal" : "suspend");
        api.Commit("");
        api.Terminate("");
      },
    };
  }

  const alone = { begin() {}, resume: () => ({ state: "", place: "" }), report() {}, end() {} };

  globalThis.CanhGiacLms = (version) => {
    const api = find(version === "1.2" ? "API" : "API_1484_11");
    if (!api) return alone;
    return version === "1.2" ? old(api) : recent(api);
  };
})();
