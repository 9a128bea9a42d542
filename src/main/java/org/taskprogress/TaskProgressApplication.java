package org.taskprogress;

import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.auth.LoginConfig;

/** The Jakarta REST application; its paths are in {@code web.xml}, its resources are found by their annotations. */
@LoginConfig(authMethod = "MP-JWT", realmName = "task-progress")
public class TaskProgressApplication extends Application {}
