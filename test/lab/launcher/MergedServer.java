package lab;

import com.alibaba.nacos.NacosServerBasicApplication;
import com.alibaba.nacos.NacosServerWebApplication;
import com.alibaba.nacos.console.NacosConsole;
import com.alibaba.nacos.core.listener.startup.NacosStartUp;
import com.alibaba.nacos.core.listener.startup.NacosStartUpManager;
import com.alibaba.nacos.sys.env.DeploymentType;
import com.alibaba.nacos.sys.env.EnvUtil;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts Nacos 3 as its "merged" deployment does: the core context first, then the server's and the console's web
 * contexts as its children. The module that holds the official main class is not published.
 */
public final class MergedServer {

    private MergedServer() {
    }

    public static void main(String[] args) {
        EnvUtil.setDeploymentType(DeploymentType.MERGED);
        NacosStartUpManager.start(NacosStartUp.CORE_START_UP_PHASE);
        ConfigurableApplicationContext core =
            new SpringApplicationBuilder(NacosServerBasicApplication.class).web(WebApplicationType.NONE).run(args);
        startChild(core, NacosStartUp.WEB_START_UP_PHASE, NacosServerWebApplication.class, args);
        startChild(core, NacosStartUp.CONSOLE_START_UP_PHASE, NacosConsole.class, args);
    }

    private static void startChild(ConfigurableApplicationContext core, String phase, Class<?> application, String[] args) {
        NacosStartUpManager.start(phase);
        new SpringApplicationBuilder(application).parent(core).run(args);
    }
}
