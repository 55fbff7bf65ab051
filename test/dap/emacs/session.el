;;; session.el --- A debug session of Emacs' dap-mode -*- lexical-binding: t -*-
;; SPDX-License-Identifier: MIT

;; emacs --batch -L … -l session.el NODE SCRIPT DRIVER-GLOB BREAKPOINT-FILE BREAKPOINT-LINE
;;
;; Opens a file of a driver, sets a breakpoint with the commands a user has, starts the driver, and writes one line for each place it
;; stops at while it steps: "stopped FUNCTION FILE LINE". Then a variable, and how the session ended.

(require 'cl-lib)
(require 'dap-mode)
(require 'dap-ui)

(defvar session-limit 60 "Seconds that anything may take.")

(defun session-say (format &rest arguments)
  (princ (concat (apply #'format format arguments) "\n")))

(defun session-wait (what predicate)
  "Serve processes until PREDICATE returns non-nil; WHAT says what for."
  (let ((deadline (+ (float-time) session-limit)) result)
    (while (not (setq result (funcall predicate)))
      (when (> (float-time) deadline)
        (session-say "timeout: %s" what)
        (kill-emacs 1))
      (accept-process-output nil 0.05))
    result))

(defvar session-stops 0 "Stops so far.")

(defun session-frame ()
  (when-let ((session (dap--cur-session)))
    (dap--debug-session-active-frame session)))

(defun session-next-stop (what action)
  "Do ACTION and report where the target stops then."
  (let ((before session-stops))
    (funcall action)
    (session-wait what (lambda () (and (> session-stops before) (session-frame))))
    (let ((frame (session-frame)))
      (session-say "stopped %s %s %d"
                   (gethash "name" frame)
                   (file-name-nondirectory (gethash "path" (gethash "source" frame)))
                   (gethash "line" frame)))))

(defun session-evaluate (expression)
  (let (answer)
    (dap--send-message
     (dap--make-request "evaluate" (list :expression expression :frameId (gethash "id" (session-frame)) :context "watch"))
     (lambda (response) (setq answer response))
     (dap--cur-session))
    (session-wait expression (lambda () answer))
    (session-say "value %s = %s" expression (gethash "result" (gethash "body" answer)))))

(pcase-let ((`(,node ,script ,sources ,file ,line) command-line-args-left))
  (setq command-line-args-left nil
        dap-breakpoints-file (make-temp-file "dap-breakpoints")
        dap-auto-configure-features nil
        dap-output-window-max-height 10)
  (dap-mode 1)
  (add-hook 'dap-stack-frame-changed-hook (lambda (&rest _) (cl-incf session-stops)))
  (dap-register-debug-provider "kmdf-dma" #'identity)
  (find-file file)
  (goto-char (point-min))
  (forward-line (1- (string-to-number line)))
  (dap-breakpoint-add)
  (session-next-stop
   "the breakpoint"
   (lambda ()
     (dap-debug (list :type "kmdf-dma" :request "launch" :name "driver"
                      :dap-server-path (list node script)
                      :sources (vector sources)
                      :device "edu"
                      :scenario (vector (list :write (list :length 5000 :pattern "increment")))))))
  (session-evaluate "length")
  (session-next-stop "a step over" (lambda () (dap-next (dap--cur-session))))
  (session-next-stop "a step over" (lambda () (dap-next (dap--cur-session))))
  (session-next-stop "a step out" (lambda () (dap-step-out (dap--cur-session))))
  (dap-breakpoint-delete-all)
  (let ((session (dap--cur-session)))
    (dap-continue session (dap--debug-session-thread-id session))
    (session-wait "the end" (lambda () (not (dap--session-running session))))
    (session-say "ended")
    (delete-file dap-breakpoints-file)
    (session-say "%s" (with-current-buffer (dap--debug-session-output-buffer session) (buffer-string)))))
