package org.taskprogress.problem;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;

/** The error page of the server ({@code web.xml}): what fails outside of Jakarta REST is a problem too, and names no internals. */
@WebServlet(urlPatterns = ErrorServlet.PATH)
public class ErrorServlet extends HttpServlet {

    static final String PATH = "/error";

    private static final long serialVersionUID = 1L;
    private static final System.Logger LOG = System.getLogger(ErrorServlet.class.getName());

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        Problem.Type type = Problem.Type.ofStatus(status instanceof Integer code ? code : 404);
        if (type == Problem.Type.INTERNAL) {
            String id = UUID.randomUUID().toString();
            LOG.log(
                    System.Logger.Level.ERROR,
                    "fault=" + id + " path=" + request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI),
                    (Throwable) request.getAttribute(RequestDispatcher.ERROR_EXCEPTION));
            write("Something went wrong here. Its id is " + id + ".", type, request, response);
        } else {
            write(
                    type == Problem.Type.NOT_FOUND ? "There is nothing here." : type.title() + ".",
                    type,
                    request,
                    response);
        }
    }

    private static void write(
            String detail, Problem.Type type, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ProblemWriter.write(ProblemException.of(type, detail), request, response);
    }
}
